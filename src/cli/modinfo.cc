#include <fmt/core.h>
#include <fmt/format.h>
#include <getopt.h>

#include <cstdio>
#include <span>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/module_lookup.h"
#include "cli/options.h"
#include "cli/record.h"
#include "database/database.h"

namespace kmodern::cli {
namespace {

void help() {
  fmt::print(
      "Usage:\n"
      "\tmodinfo [options] MODULE|ALIAS|FILE...\n"
      "Options:\n"
      "\t-a, --author            only who wrote it\n"
      "\t-d, --description       only what it is for\n"
      "\t-l, --license           only its license\n"
      "\t-p, --parameters        only its parameters, with descriptions and types\n"
      "\t-n, --filename          only the path of its file\n"
      "\t-0, --null              end each value by a NUL byte, for `xargs -0`\n"
      "\t    --json              print JSON\n"
      "\t-m, --modname           take arguments as names only: no alias, no path\n"
      "\t-F, --field=FIELD       only the values of FIELD, as in -F depends\n"
      "\t-k, --set-version=VER   kernel release whose modules are meant\n"
      "\t-b, --basedir=DIR       root of the tree that holds lib/modules\n"
      "{}"
      "\t-V, --version           print the version\n"
      "\t-h, --help              print this text\n",
      kernel_help);
}

struct Request {
  std::string field;  // empty: everything
  char separator = '\n';
  bool json = false;
  bool only_names = false;
  std::string release;
  std::string root;
  std::string_view kernel;

  bool wants_signature() const { return field.empty() || needs_signature(field); }
};

// ROOT/lib/modules/RELEASE, of the running kernel if no release is given.
Result<std::string> module_directory(const Request& request) {
  std::string release = request.release;
  if (release.empty()) {
    TRY(auto kernel, open_kernel(request.kernel));
    TRY(release, kernel->release());
  }
  return request.root + "/lib/modules/" + release;
}

// Says that and why nothing was found.
void not_found(const Request& request, const Messages& messages, const std::string& argument,
               const database::Database& database) {
  if (request.only_names)
    messages.error("Module name {} not found.", argument);
  else
    messages.error("Module {} not found.", argument);
  // What looks like a path gets told what is wrong with it.
  if (argument.find('/') != std::string::npos || module_name_of_path(argument)) {
    if (auto record = record_of_file(argument, false); !record)
      messages.error(record.error());
    else
      messages.error("{}: is a module file, but not named NAME.ko, .ko.gz, .ko.xz or .ko.zst",
                     argument);
  } else if (auto usable = database.check(); !usable) {
    messages.error(usable.error());
  } else if (auto near = database.near_names(argument); !near.empty()) {
    messages.error("did you mean {}?", fmt::join(near, ", "));
  }
}

Result<std::vector<Record>> find_records(const Request& request, const std::string& argument,
                                         const database::Database& database) {
  if (!request.only_names && is_module_file(argument)) {
    TRY(auto record, record_of_file(argument, request.wants_signature()));
    return std::vector<Record>{std::move(record)};
  }
  return records_of_name(database, argument, !request.only_names, request.wants_signature());
}

void print(const Request& request, const Record& record) {
  std::string text = request.field.empty() ? record_text(record, request.separator)
                                           : field_text(record, request.field, request.separator);
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace

int modinfo_main(int argc, char** argv) {
  constexpr int json_option = 'j' + 0x100;
  static constexpr option long_options[] = {{"author", no_argument, nullptr, 'a'},
                                            {"description", no_argument, nullptr, 'd'},
                                            {"license", no_argument, nullptr, 'l'},
                                            {"parameters", no_argument, nullptr, 'p'},
                                            {"filename", no_argument, nullptr, 'n'},
                                            {"null", no_argument, nullptr, '0'},
                                            {"json", no_argument, nullptr, json_option},
                                            {"modname", no_argument, nullptr, 'm'},
                                            {"field", required_argument, nullptr, 'F'},
                                            {"set-version", required_argument, nullptr, 'k'},
                                            {"basedir", required_argument, nullptr, 'b'},
                                            {"kernel", required_argument, nullptr, kernel_option},
                                            {"version", no_argument, nullptr, 'V'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("modinfo");
  Request request;
  for (int c; (c = ::getopt_long(argc, argv, "adlpn0mF:k:b:Vh", long_options, nullptr)) != -1;) {
    if (c == 'a')
      request.field = "author";
    else if (c == 'd')
      request.field = "description";
    else if (c == 'l')
      request.field = "license";
    else if (c == 'p')
      request.field = "parm";
    else if (c == 'n')
      request.field = "filename";
    else if (c == '0')
      request.separator = '\0';
    else if (c == json_option)
      request.json = true;
    else if (c == 'm')
      request.only_names = true;
    else if (c == 'F')
      request.field = optarg;
    else if (c == 'k')
      request.release = optarg;
    else if (c == 'b')
      request.root = optarg;
    else if (c == kernel_option)
      request.kernel = optarg;
    else if (c == 'V')
      return print_version(), 0;
    else if (c == 'h')
      return help(), 0;
    else
      return 1;
  }
  if (optind >= argc) {
    messages.error("missing module or filename.");
    return 1;
  }
  auto directory = module_directory(request);
  if (!directory) return messages.error(directory.error()), 1;
  const database::Database database(*directory);
  int status = 0;
  std::vector<Record> all;
  for (const char* argument : std::span(argv + optind, argv + argc)) {
    auto records = find_records(request, argument, database);
    if (!records) {
      messages.error(records.error());
      status = 1;
      continue;
    }
    if (records->empty()) {
      not_found(request, messages, argument, database);
      status = 1;
    }
    for (Record& record : *records) {
      if (!record.warning.empty()) messages.warning("{}", record.warning);
      if (!request.json) print(request, record);
      if (request.json) all.push_back(std::move(record));
    }
  }
  if (request.json) fmt::print("{}", to_json(all));
  return status;
}

}  // namespace kmodern::cli
