// kmodern static-nodes: the device nodes that load their module, in the forms that boot scripts and
// systemd-tmpfiles read.
#include "database/static_nodes.h"

#include <fmt/format.h>
#include <getopt.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <set>
#include <span>
#include <string>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace kmodern::cli {
namespace {

using database::StaticNode;

void help(std::FILE* to) {
  fmt::print(to,
             "Usage: kmodern static-nodes [OPTIONS]\n"
             "\n"
             "Prints the device nodes that are to be there before their module is loaded, so that\n"
             "opening one loads it.\n"
             "\n"
             "  -f, --format FORMAT        human (default), tmpfiles (tmpfiles.d(5)) or devname\n"
             "  -o, --output FILE          write FILE, whole or not at all\n"
             "  -d, --dirname DIR          root of lib/modules\n"
             "  -S, --set-version VERSION  the kernel's release instead of uname -r\n"
             "  -h, --help                 print this text\n");
}

std::string human(std::span<const StaticNode> nodes) {
  std::string text;
  for (const StaticNode& node : nodes) {
    fmt::format_to(std::back_inserter(text),
                   "Module: {}\n\tDevice node: /dev/{}\n\t\tType: {} device\n\t\tMajor: {}\n"
                   "\t\tMinor: {}\n",
                   node.module, node.path, node.block ? "block" : "character", node.major,
                   node.minor);
  }
  return text;
}

std::string tmpfiles(std::span<const StaticNode> nodes) {
  std::string text;
  std::set<std::string_view> folders;
  for (const StaticNode& node : nodes) {
    const std::string_view path = node.path;
    const std::string_view folder = path.substr(0, std::max(path.rfind('/') + 1, 1uz) - 1);
    if (!folder.empty() && folders.insert(folder).second)
      fmt::format_to(std::back_inserter(text), "d /dev/{} 0755 - - -\n", folder);
    fmt::format_to(std::back_inserter(text), "{}! /dev/{} 0600 - - - {}:{}\n",
                   node.block ? 'b' : 'c', path, node.major, node.minor);
  }
  return text;
}

std::string devname(std::span<const StaticNode> nodes) {
  std::string text;
  for (const StaticNode& node : nodes)
    fmt::format_to(std::back_inserter(text), "{} {} {}{}:{}\n", node.module, node.path,
                   node.block ? 'b' : 'c', node.major, node.minor);
  return text;
}

struct Format {
  std::string_view name;
  std::string (*text)(std::span<const StaticNode> nodes);
};
constexpr Format formats[] = {{"human", human}, {"tmpfiles", tmpfiles}, {"devname", devname}};

const Format* format_named(std::string_view name) {
  for (const Format& format : formats)
    if (format.name == name) return &format;
  return nullptr;
}

// FILE's folders are made: at boot there is no /run/tmpfiles.d yet.
Result<void> write(const std::string& path, std::string_view text) {
  if (path.empty()) return write_all(STDOUT_FILENO, text, "stdout");
  std::error_code error;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) return fail_errno(error.value(), folder.string(), "cannot make the folder");
  TRY(auto file, AtomicFile::create(path));
  TRY_OK(file.write(text));
  return file.commit();
}

// 0; 1 if a line is none or the output cannot be written. Without modules.devname there are no
// nodes: a kernel without modules is none of the boot's errors.
int show(const std::string& file, const Format& format, const std::string& output,
         const Messages& messages) {
  const auto text = read_file(file);
  if (!text && text.error().code != ENOENT) return messages.error(text.error()), 1;
  if (!text) messages.warning("{} not found - ignoring", file);
  const auto [nodes, errors] = database::read_static_nodes(text.value_or(""), file);
  for (const Error& error : errors) messages.error(error);
  const auto written = write(output, format.text(nodes));
  if (!written) messages.error(written.error());
  return errors.empty() && written ? 0 : 1;
}

}  // namespace

int static_nodes_main(int argc, char** argv) {
  static constexpr option long_options[] = {{"format", required_argument, nullptr, 'f'},
                                            {"output", required_argument, nullptr, 'o'},
                                            {"dirname", required_argument, nullptr, 'd'},
                                            {"set-version", required_argument, nullptr, 'S'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("kmodern static-nodes");
  std::string root;
  std::string release = running_release();
  std::string output;
  const Format* format = &formats[0];
  for (int c; (c = ::getopt_long(argc, argv, "f:o:d:S:h", long_options, nullptr)) != -1;) {
    if (c == 'f') format = format_named(optarg);
    if (c == 'o') output = optarg;
    if (c == 'd') root = optarg;
    if (c == 'S') release = optarg;
    if (c == 'h') return help(stdout), 0;
    if (c == '?') return 1;
    if (format == nullptr) {
      messages.error("there is no format '{}'; there are human, tmpfiles and devname", optarg);
      return 1;
    }
  }
  if (optind < argc) {
    messages.error("takes no argument '{}'", argv[optind]);
    return 1;
  }
  return show(fmt::format("{}/lib/modules/{}/modules.devname", root, release), *format, output,
              messages);
}

}  // namespace kmodern::cli
