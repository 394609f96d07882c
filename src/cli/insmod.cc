#include <fmt/format.h>
#include <getopt.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "cli/commands.h"
#include "cli/options.h"
#include "diagnose/diagnose.h"
#include "ukernel/classic/insert.h"

namespace kmodern::cli {
namespace {

void help() {
  fmt::print(
      "Usage:\n"
      "\tinsmod [options] FILE [PARAMETER=VALUE...]\n"
      "Options:\n"
      "\t-f, --force             both of these; can crash the machine\n"
      "\t    --force-modversion  pass over the versions of symbols\n"
      "\t    --force-vermagic    pass over the version magic\n"
      "\t-k, --autoclean         `rmmod --all` may remove it when it is idle\n"
      "\t-s, --syslog            send messages to the system log\n"
      "\t-v, --verbose           say more of what is done\n"
      "{}"
      "\t-V, --version           print the version\n"
      "\t-h, --help              print this text\n",
      kernel_help);
}

// kmod's words for what the kernel's errno means here.
std::string_view meaning(int code) {
  switch (code) {
    case ENOEXEC:
      return "Invalid module format";
    case ENOENT:
      return "Unknown symbol in module";
    case ESRCH:
      return "Module has wrong symbol version";
    case EINVAL:
      return "Invalid parameters";
    case EILSEQ:
      return "Damaged compressed file";
    default:
      return ::strerror(code);
  }
}

// A .o file as modules were up to Linux 2.4. nullopt: it is another file, or cannot be read.
std::optional<module::ModuleFile> classic_file(const std::string& path) {
  auto file = module::ModuleFile::open(path);
  if (!file || !ukernel::classic::is_classic(*file)) return std::nullopt;
  return std::move(*file);
}

int insert_classic(kernel::Kernel& kernel, module::ModuleFile& file,
                   const kernel::LoadOptions& options, const Messages& messages) {
  auto done =
      ukernel::classic::insert(kernel, *kernel.classic(), file,
                               {.parameters = options.parameters,
                                .autoclean = options.autoclean,
                                .force = options.ignore_modversions || options.ignore_vermagic});
  if (!done) {
    messages.error("could not insert module {}: {}", file.path(), meaning(done.error().code));
    messages.error(done.error());
    return 1;
  }
  for (const std::string& warning : *done) messages.warning("{}", warning);
  return 0;
}

}  // namespace

int insmod_main(int argc, char** argv) {
  constexpr int modversion_option = 0x101;
  constexpr int vermagic_option = 0x102;
  static constexpr option long_options[] = {
      {"force", no_argument, nullptr, 'f'},
      {"force-modversion", no_argument, nullptr, modversion_option},
      {"force-vermagic", no_argument, nullptr, vermagic_option},
      {"autoclean", no_argument, nullptr, 'k'},
      {"syslog", no_argument, nullptr, 's'},
      {"verbose", no_argument, nullptr, 'v'},
      {"kernel", required_argument, nullptr, kernel_option},
      {"version", no_argument, nullptr, 'V'},
      {"help", no_argument, nullptr, 'h'},
      {}};
  Messages messages("insmod");
  kernel::LoadOptions options;
  std::string_view which;
  // "+": what follows the file name belongs to the module.
  for (int c; (c = ::getopt_long(argc, argv, "+fksvVh", long_options, nullptr)) != -1;) {
    if (c == 'f' || c == modversion_option) options.ignore_modversions = true;
    if (c == 'f' || c == vermagic_option) options.ignore_vermagic = true;
    if (c == 'k') options.autoclean = true;
    if (c == 's') messages.to_syslog();
    if (c == 'v') messages.more();
    if (c == kernel_option) which = optarg;
    if (c == 'V') return print_version(), 0;
    if (c == 'h') return help(), 0;
    if (c == '?') return 1;
  }
  if (optind >= argc) {
    messages.error("missing filename.");
    return 1;
  }
  const std::string path = argv[optind];
  if (path == "-") {
    messages.error("this tool does not support loading from stdin!");
    return 1;
  }
  // As they are: one argument may hold several parameters ("a=1 b=2").
  options.parameters = fmt::format("{}", fmt::join(argv + optind + 1, argv + argc, " "));

  struct stat status;
  int code = ::stat(path.c_str(), &status) != 0 ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
  if (code != 0) {
    messages.error("could not {} module {}: {}", code == EISDIR ? "insert" : "load", path,
                   ::strerror(code));
    return 1;
  }
  auto kernel = open_kernel(which);
  if (!kernel) return messages.error(kernel.error()), 1;
  if (options.autoclean && (*kernel)->classic() == nullptr) {
    messages.error(
        "{} has no --autoclean: Linux has no such mark since 2.5, a user-space kernel has",
        (*kernel)->describe());
    return 1;
  }
  auto classic = classic_file(path);
  if (classic && (*kernel)->classic() != nullptr)
    return insert_classic(**kernel, *classic, options, messages);
  if (auto done = (*kernel)->load(path, options); !done) {
    messages.error("could not insert module {}: {}", path, meaning(done.error().code));
    if (classic) {
      messages.error(
          "{} is a module as Linux had them up to 2.4: {} has no create_module(2) for it. Build it "
          "by a makefile (obj-m), or load it into a user-space kernel (--kernel user)",
          path, (*kernel)->describe());
      return 1;
    }
    messages.error(diagnose::explain_load(**kernel, path, options.parameters, done.error()));
    return 1;
  }
  for (const diagnose::Finding& finding : diagnose::explain_ignored(path, options.parameters))
    messages.warning("{}", finding.line());
  return 0;
}

}  // namespace kmodern::cli
