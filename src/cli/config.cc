// kmodern config: turns a classic modules.conf into a file for modprobe.d.
#include <fmt/core.h>
#include <getopt.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "config/modules_conf.h"

namespace kmodern::cli {
namespace {

void help(std::FILE* to) {
  fmt::print(to,
             "Usage: kmodern config convert [-o DIR] [-f] [FILE]\n"
             "\n"
             "Prints a classic modules.conf (/etc/modules.conf if FILE is not given) as lines of\n"
             "modprobe.d. What cannot be carried over stands in comments at the end.\n"
             "\n"
             "  -o, --output DIR   write DIR/modules.conf instead\n"
             "  -f, --force        replace that file if it is there\n"
             "  -h, --help         print this text\n");
}

Result<void> write(const std::string& path, std::string_view text, bool replace) {
  if (!replace && ::access(path.c_str(), F_OK) == 0)
    return fail(EEXIST, path, "is there already", "look at it, then use --force");
  TRY(auto file, AtomicFile::create(path));
  TRY_OK(file.write(text));
  return file.commit();
}

Result<void> convert(const std::string& from, const std::string& folder, bool replace,
                     const Messages& messages) {
  const config::ClassicReader reader = config::file_reader();
  TRY(std::string text, reader.read(from));
  const auto classic = config::parse_modules_conf(text, from, reader);
  for (const auto& [line, why] : classic.refused) {
    Error named = why;
    named.subject = fmt::format("{} line {}", line.file, line.number);
    messages.say(Level::warning, describe(named));
  }
  const std::string converted = fmt::format("# Made from {} by `kmodern config convert`.\n{}", from,
                                            config::modprobe_conf_text(classic));
  if (folder.empty()) return write_all(STDOUT_FILENO, converted, "stdout");
  const std::string to = folder + "/modules.conf";
  TRY_OK(write(to, converted, replace));
  fmt::print("{} is written; once it does what you want, remove {}\n", to, from);
  return {};
}

}  // namespace

int config_main(int argc, char** argv) {
  static constexpr option long_options[] = {{"output", required_argument, nullptr, 'o'},
                                            {"force", no_argument, nullptr, 'f'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("kmodern config");
  std::string folder;
  bool replace = false;
  for (int c; (c = ::getopt_long(argc, argv, "o:fh", long_options, nullptr)) != -1;) {
    if (c == 'o') folder = optarg;
    if (c == 'f') replace = true;
    if (c == 'h') return help(stdout), 0;
    if (c == '?') return 1;
  }
  const int words = argc - optind;
  if (words < 1 || words > 2 || std::string_view(argv[optind]) != "convert") return help(stderr), 1;
  const std::string from(words == 2 ? std::string_view(argv[optind + 1])
                                    : config::modules_conf_path);
  if (auto done = convert(from, folder, replace, messages); !done)
    return messages.error(done.error()), 1;
  return 0;
}

}  // namespace kmodern::cli
