// kmodern modpost: the step between compiling a module and linking it, called by the SDK's
// makefile.
#include "module/modpost.h"

#include <fmt/core.h>
#include <getopt.h>

#include <cstdio>

#include "cli/commands.h"
#include "kernel/user/start.h"

namespace kmodern::cli {
namespace {

void help(std::FILE* to) {
  fmt::print(
      to,
      "Usage: kmodern modpost -o SYMVERS [-i SYMVERS]... [-k KERNEL] [-t TYPES.o] NAME.o...\n"
      "       kmodern modpost -I INCLUDE -o TYPES.c [-k KERNEL]\n"
      "\n"
      "The SDK's makefile calls this: from the linked object of each module it writes NAME.mod.c,\n"
      "and to SYMVERS what they export, with the versions of all. It warns about symbols that\n"
      "nothing exports. The second form writes a C file that says the types of what the kernel\n"
      "exports; its object is TYPES.o.\n"
      "\n"
      "  -o, --output SYMVERS   the Module.symvers to write\n"
      "  -i, --input SYMVERS    what modules of other builds export\n"
      "  -k, --kernel KERNEL    the kernel that they are for (the user-space kernel's program)\n"
      "  -t, --types TYPES.o    take the versions of the kernel's symbols from these types\n"
      "  -I, --include INCLUDE  the SDK's headers\n"
      "  -h, --help             print this text\n");
}

Result<std::vector<std::string>> run(const module::ModpostJob& job, const std::string& include) {
  if (include.empty()) return module::modpost(job);
  TRY_OK(module::write_kernel_types(job.kernel, include, job.output));
  return {};
}

}  // namespace

int modpost_main(int argc, char** argv) {
  static constexpr option long_options[] = {{"output", required_argument, nullptr, 'o'},
                                            {"input", required_argument, nullptr, 'i'},
                                            {"kernel", required_argument, nullptr, 'k'},
                                            {"types", required_argument, nullptr, 't'},
                                            {"include", required_argument, nullptr, 'I'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  module::ModpostJob job{.kernel = kernel::kernel_program().value_or("")};
  std::string include;
  for (int c; (c = ::getopt_long(argc, argv, "o:i:k:t:I:h", long_options, nullptr)) != -1;) {
    if (c == 'o') job.output = optarg;
    if (c == 'i') job.symvers.emplace_back(optarg);
    if (c == 'k') job.kernel = optarg;
    if (c == 't') job.kernel_types = optarg;
    if (c == 'I') include = optarg;
    if (c == 'h') return help(stdout), 0;
    if (c == '?') return 1;
  }
  job.objects.assign(argv + optind, argv + argc);
  if (job.output.empty() || job.objects.empty() != !include.empty()) return help(stderr), 1;
  if (job.kernel.empty() && include.empty()) {
    fmt::print(
        stderr,
        "modpost: the user-space kernel's program is not there: every symbol of its API will "
        "be unknown; build or install kmodern as a whole\n");
  }
  auto warnings = run(job, include);
  if (!warnings) {
    fmt::print(stderr, "ERROR: modpost: {}\n", describe(warnings.error()));
    return 1;
  }
  for (const std::string& warning : *warnings)
    fmt::print(stderr, "WARNING: modpost: {}\n", warning);
  return 0;
}

}  // namespace kmodern::cli
