// kmodern cat, kmodern ls: the files in which a user-space kernel shows its modules.
#include <fmt/core.h>
#include <getopt.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/user_kernel.h"

namespace kmodern::cli {
namespace {

void cat_help(std::FILE* to) {
  fmt::print(to,
             "Usage: kmodern cat [options] PATH...\n"
             "Prints files of a user-space kernel: /proc/modules, /proc/kallsyms,\n"
             "/proc/sys/kernel/tainted, /sys/module/NAME/refcnt...\n"
             "\n"
             "{}"
             "  -h, --help            show this help\n",
             user_kernel_help);
}

void ls_help(std::FILE* to) {
  fmt::print(to,
             "Usage: kmodern ls [options] PATH...\n"
             "Lists folders of a user-space kernel: /sys/module and what is below it.\n"
             "\n"
             "{}"
             "  -h, --help            show this help\n",
             user_kernel_help);
}

// As the kernel wants it: absolute, and without "..", "." and double slashes.
std::string normalized(const char* path) {
  std::string text = std::filesystem::path(path).lexically_normal();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

Result<void> cat(kernel::UserKernel& kernel, const std::string& path) {
  TRY(std::string text, kernel.read_view(path));
  return write_all(STDOUT_FILENO, text, "stdout");
}

Result<void> ls(kernel::UserKernel& kernel, const std::string& path) {
  TRY(auto names, kernel.list_view(path));
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  return write_all(STDOUT_FILENO, text, "stdout");
}

int for_each_path(int argc, char** argv, void (*help)(std::FILE*),
                  Result<void> (*show)(kernel::UserKernel&, const std::string&)) {
  static constexpr option long_options[] = {
      {"kernel", required_argument, nullptr, 'k'}, {"help", no_argument, nullptr, 'h'}, {}};
  Messages messages(fmt::format("kmodern {}", argv[0]));
  std::string_view which;
  for (int c; (c = ::getopt_long(argc, argv, "k:h", long_options, nullptr)) != -1;) {
    if (c == 'k')
      which = optarg;
    else
      return c == 'h' ? (help(stdout), 0) : (help(stderr), 1);
  }
  if (optind == argc) return help(stderr), 1;
  auto kernel = open_user_kernel(which);
  if (!kernel) return messages.error(kernel.error()), 1;
  int status = 0;
  for (int i = optind; i < argc; ++i) {
    if (auto shown = show(**kernel, normalized(argv[i])); !shown) {
      messages.error(shown.error());
      status = 1;
    }
  }
  return status;
}

}  // namespace

int cat_main(int argc, char** argv) { return for_each_path(argc, argv, cat_help, cat); }
int ls_main(int argc, char** argv) { return for_each_path(argc, argv, ls_help, ls); }

}  // namespace kmodern::cli
