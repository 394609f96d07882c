#include "database/depmod.h"

#include <fmt/core.h>
#include <getopt.h>
#include <malloc.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "cli/commands.h"
#include "cli/options.h"

namespace kmodern::cli {
namespace {

void help() {
  fmt::print(
      "Usage:\n"
      "\tdepmod [-aA] [options] [VERSION] [/PATH/TO/MODULE.ko ...]\n"
      "\n"
      "Makes the indexes (modules.dep and its family) by which modprobe finds modules.\n"
      "Without a VERSION: those of the kernel that runs. With files: of these files only.\n"
      "\n"
      "Options:\n"
      "\t-a, --all               index all modules; the default without files\n"
      "\t-A, --quick             do nothing if no module was added, changed or removed\n"
      "\t-e, --errsyms           report symbols that nobody provides (with -E or -F)\n"
      "\t-n, --show              write the text indexes to stdout only\n"
      "\t-P, --symbol-prefix     character that this architecture puts before symbols\n"
      "\t-C, --config=PATH       a file or directory in place of the usual configuration\n"
      "\t-v, --verbose           show which module needs which for what symbol\n"
      "\t-w, --warn              warn of what is there twice\n"
      "\t-V, --version           print the version\n"
      "\t-h, --help              print this text\n"
      "\n"
      "For those who make distributions and images:\n"
      "\t-b, --basedir=DIR       root of the tree that holds the modules\n"
      "\t-m, --moduledir=DIR     where in it the modules are; /lib/modules\n"
      "\t-o, --outdir=DIR        root of the tree that gets the indexes; that of -b\n"
      "\t-F, --filesyms=FILE     the kernel's symbols, from its System.map\n"
      "\t-E, --symvers=FILE      the same with versions to check, from its Module.symvers\n"
      "{}",
      kernel_help);
}

// What the command line says.
struct Request {
  database::DepmodOptions options;
  std::string base = "/";
  std::string output;  // empty: as base
  std::string module_directory = "lib/modules";
  std::string kernel;
  bool all = false;
  bool warn_of_duplicates = false;
};

// Of a parse that ends the program: its exit status.
using Ended = std::optional<int>;

Ended parse(int argc, char** argv, const Messages& messages, Request& request) {
  static constexpr option long_options[] = {{"all", no_argument, nullptr, 'a'},
                                            {"quick", no_argument, nullptr, 'A'},
                                            {"basedir", required_argument, nullptr, 'b'},
                                            {"moduledir", required_argument, nullptr, 'm'},
                                            {"outdir", required_argument, nullptr, 'o'},
                                            {"config", required_argument, nullptr, 'C'},
                                            {"symvers", required_argument, nullptr, 'E'},
                                            {"filesyms", required_argument, nullptr, 'F'},
                                            {"errsyms", no_argument, nullptr, 'e'},
                                            {"show", no_argument, nullptr, 'n'},
                                            {"dry-run", no_argument, nullptr, 'n'},
                                            {"symbol-prefix", required_argument, nullptr, 'P'},
                                            {"verbose", no_argument, nullptr, 'v'},
                                            {"warn", no_argument, nullptr, 'w'},
                                            {"version", no_argument, nullptr, 'V'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {"kernel", required_argument, nullptr, kernel_option},
                                            {}};
  database::DepmodOptions& options = request.options;
  int code;
  while ((code = ::getopt_long(argc, argv, "aAb:m:o:C:E:F:enP:vwVh", long_options, nullptr)) !=
         -1) {
    switch (code) {
      case 'a':
        request.all = true;
        break;
      case 'A':
        options.only_if_changed = true;
        break;
      case 'b':
        request.base = ::optarg;
        break;
      case 'm':
        request.module_directory = ::optarg;
        break;
      case 'o':
        request.output = ::optarg;
        break;
      case 'C':
        options.config_paths.emplace_back(::optarg);
        break;
      case 'E':
        options.symvers = ::optarg;
        break;
      case 'F':
        options.system_map = ::optarg;
        break;
      case 'e':
        options.report_unknown_symbols = true;
        break;
      case 'n':
        options.show = true;
        break;
      case 'P':
        if (::optarg[0] == 0 || ::optarg[1] != 0) {
          messages.fatal("-P only takes a single char");
          return 1;
        }
        options.symbol_prefix = ::optarg[0];
        break;
      case 'v':
        options.report_dependencies = true;
        break;
      case 'w':
        request.warn_of_duplicates = true;
        break;
      case 'V':
        print_version();
        return 0;
      case 'h':
        help();
        return 0;
      case kernel_option:
        request.kernel = ::optarg;
        break;
      default:
        return 1;
    }
  }
  return std::nullopt;
}

// "6.1..." and the like: two numbers with a dot between them, then anything.
bool is_version(const char* text) {
  unsigned first, second;
  return std::sscanf(text, "%u.%u", &first, &second) == 2;
}

// The release: the first word, else what the kernel says. The other words are files.
Result<void> take_words(int argc, char** argv, Request& request) {
  int next = ::optind;
  if (next < argc) {
    if (!is_version(argv[next]))
      return fail(0, {}, fmt::format("Bad version passed {}", argv[next]),
                  "a kernel's release, such as 6.1.0-56-amd64, comes before files");
    request.options.release = argv[next++];
  } else {
    TRY(auto kernel, open_kernel(request.kernel));
    TRY(request.options.release, kernel->release());
  }
  if (!request.all) request.options.files.assign(argv + next, argv + argc);
  return {};
}

void place_directories(Request& request) {
  namespace fs = std::filesystem;
  std::string_view inside = request.module_directory;  // relative, also where it begins with '/'
  while (inside.starts_with('/')) inside.remove_prefix(1);
  const auto directory = [&](const std::string& root) {
    return (fs::absolute(root) / inside / request.options.release).lexically_normal().string();
  };
  request.options.directory = directory(request.base);
  request.options.output_directory =
      directory(request.output.empty() ? request.base : request.output);
}

int run(const Request& request, const Messages& messages) {
  auto report = database::depmod(request.options);
  if (!report) {
    messages.say(Level::fatal, describe(report.error()));
    return 1;
  }
  for (const Error& error : report->errors) messages.error(error);
  for (const Error& warning : report->warnings) messages.say(Level::warning, describe(warning));
  if (request.warn_of_duplicates) {
    for (const Error& duplicate : report->duplicates)
      messages.say(Level::warning, describe(duplicate));
  }
  fmt::print("{}", report->shown);
  if (std::fflush(stdout) != 0) {
    messages.fatal("cannot write to stdout: {}", ::strerror(errno));
    return 1;
  }
  return report->errors.empty() ? 0 : 1;
}

}  // namespace

int depmod_main(int argc, char** argv) {
  const Messages messages("depmod");
  Request request;
  if (Ended ended = parse(argc, argv, messages, request)) return *ended;
  database::DepmodOptions& options = request.options;
  if (options.report_unknown_symbols && options.symvers.empty() && options.system_map.empty()) {
    messages.warning("-e needs -E or -F");
    options.report_unknown_symbols = false;
  }
  if (auto taken = take_words(argc, argv, request); !taken) {
    messages.error(taken.error());
    return 1;
  }
  if (!options.files.empty()) options.only_if_changed = false;
  // What would be shown is not known to be needed: nothing to do, as with kmod.
  if (options.only_if_changed && options.show) return 0;
  place_directories(request);
  // Module images are large and short-lived: keep their memory instead of giving it back each time.
  ::mallopt(M_MMAP_THRESHOLD, 64 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  return run(request, messages);
}

}  // namespace kmodern::cli
