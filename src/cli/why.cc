#include <fmt/core.h>
#include <getopt.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "config/config.h"
#include "database/database.h"
#include "diagnose/state.h"

namespace kmodern::cli {
namespace {

void help() {
  fmt::print(
      "Usage:\n"
      "\tkmodern why [options] NAME...\n"
      "Says of each module or alias whether it is loaded, what holds it, and what would load or\n"
      "keep it from being loaded.\n"
      "Options:\n"
      "\t-b, --basedir DIR       root of the tree that holds lib/modules\n"
      "\t-k, --set-version VERSION\n"
      "\t                        kernel release whose modules are meant\n"
      "{}"
      "\t-V, --version           print the version\n"
      "\t-h, --help              print this text\n",
      kernel_help);
}

}  // namespace

int why_main(int argc, char** argv) {
  static constexpr option long_options[] = {{"basedir", required_argument, nullptr, 'b'},
                                            {"set-version", required_argument, nullptr, 'k'},
                                            {"kernel", required_argument, nullptr, kernel_option},
                                            {"version", no_argument, nullptr, 'V'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("kmodern why");
  std::string root, release;
  std::string_view which;
  for (int c; (c = ::getopt_long(argc, argv, "b:k:Vh", long_options, nullptr)) != -1;) {
    if (c == 'b') root = optarg;
    if (c == 'k') release = optarg;
    if (c == kernel_option) which = optarg;
    if (c == 'V') return print_version(), 0;
    if (c == 'h') return help(), 0;
    if (c == '?') return 1;
  }
  if (optind >= argc) {
    messages.error("missing module name.");
    return 1;
  }
  auto kernel = open_kernel(which);
  if (!kernel) return messages.error(kernel.error()), 1;
  if (release.empty()) {
    auto own = (*kernel)->release();
    if (!own) return messages.error(own.error()), 1;
    release = *own;
  }
  const database::Database database(root + "/lib/modules/" + release);
  const config::Config config =
      config::load({.paths = {},
                    .module_files = database.config_files(),
                    .command_line = read_file("/proc/cmdline").value_or("")});
  int status = 0;
  for (int i = optind; i < argc; ++i) {
    auto facts = diagnose::state_of(**kernel, argv[i], {&database, &config});
    facts.kernel.release = release;
    if (facts.module.empty()) status = 1;
    for (const std::string& line : diagnose::why(facts)) fmt::print("{}\n", line);
  }
  return status;
}

}  // namespace kmodern::cli
