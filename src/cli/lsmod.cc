#include <fmt/core.h>
#include <fmt/format.h>
#include <getopt.h>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/table.h"

namespace kmodern::cli {
namespace {

void help() {
  fmt::print(
      "Usage:\n"
      "\tlsmod [options]\n"
      "Options:\n"
      "\t-s, --syslog            send messages to the system log\n"
      "\t-v, --verbose           say more\n"
      "\t    --json              print JSON: every field of /proc/modules\n"
      "\t    --classic           print what Linux 2.4 did: (autoclean), (unused), [users]\n"
      "{}"
      "\t-V, --version           print the version\n"
      "\t-h, --help              print this text\n",
      kernel_help);
}

// The lines of Linux 2.4's /proc/modules under the head of its lsmod.
int print_classic(kernel::Kernel& kernel, const Messages& messages) {
  if (kernel.classic() == nullptr) {
    messages.error("{} has no --classic: a user-space kernel has", kernel.describe());
    return 1;
  }
  auto text = kernel.classic()->modules_text();
  if (!text) {
    messages.error("could not get list of modules: {}", describe(text.error()));
    return 1;
  }
  fmt::print("Module                  Size  Used by\n{}", *text);
  return 0;
}

}  // namespace

int lsmod_main(int argc, char** argv) {
  constexpr int json_option = 'j' + 0x100;
  constexpr int classic_option = 'c' + 0x100;
  static constexpr option long_options[] = {{"syslog", no_argument, nullptr, 's'},
                                            {"verbose", no_argument, nullptr, 'v'},
                                            {"json", no_argument, nullptr, json_option},
                                            {"classic", no_argument, nullptr, classic_option},
                                            {"kernel", required_argument, nullptr, kernel_option},
                                            {"version", no_argument, nullptr, 'V'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("lsmod");
  bool json = false;
  bool classic = false;
  std::string_view which;
  for (int c; (c = ::getopt_long(argc, argv, "svVh", long_options, nullptr)) != -1;) {
    if (c == 's')
      messages.to_syslog();
    else if (c == 'v')
      messages.more();
    else if (c == json_option)
      json = true;
    else if (c == classic_option)
      classic = true;
    else if (c == kernel_option)
      which = optarg;
    else if (c == 'V')
      return print_version(), 0;
    else if (c == 'h')
      return help(), 0;
    else
      return 1;
  }
  if (optind < argc) {
    messages.error("too many arguments provided.");
    return 1;
  }
  auto kernel = open_kernel(which);
  if (!kernel) return messages.error(kernel.error()), 1;
  if (classic) return print_classic(**kernel, messages);
  auto modules = (*kernel)->modules();
  if (!modules) {
    messages.error("could not get list of modules: {}", describe(modules.error()));
    return 1;
  }
  fmt::print("{}", json ? to_json(*modules) : module_table(*modules));
  return 0;
}

}  // namespace kmodern::cli
