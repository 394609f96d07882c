// The program kerneld: loads modules when a kernel asks for them, and takes them away when nobody
// uses them any more. kerneld(8).
#include <fmt/core.h>
#include <getopt.h>
#include <syslog.h>

#include <csignal>
#include <cstdio>

#include "daemon/daemon.h"
#include "daemon/notify.h"

namespace {

using namespace kmodern;

void help(std::FILE* to) {
  fmt::print(to,
             "Usage: kerneld [options]\n"
             "Answers a kernel's requests for modules; runs in the foreground.\n"
             "\n"
             "      --kernel KERNEL          linux, user or user:NAME "
             "($KMODERN_KERNEL, linux)\n"
             "  -f, --config FILE            in place of /etc/kmodern/kerneld.toml "
             "($KMODERN_CONFIG)\n"
             "  -d, --dirname DIR            root of the tree that holds lib/modules\n"
             "  -C, --modprobe-config PATH   in place of the modprobe.d folders; may "
             "be repeated\n"
             "      --socket PATH            where `kmodern status` and GET /metrics "
             "are answered\n"
             "  -V, --version                print the version\n"
             "  -h, --help                   print this text\n");
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int kernel_option = 0x101, socket_option = 0x102;
  static constexpr option long_options[] = {{"kernel", required_argument, nullptr, kernel_option},
                                            {"config", required_argument, nullptr, 'f'},
                                            {"dirname", required_argument, nullptr, 'd'},
                                            {"modprobe-config", required_argument, nullptr, 'C'},
                                            {"socket", required_argument, nullptr, socket_option},
                                            {"version", no_argument, nullptr, 'V'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  daemon::Options options;
  for (int c; (c = ::getopt_long(argc, argv, "f:d:C:Vh", long_options, nullptr)) != -1;) {
    if (c == kernel_option) options.kernel = optarg;
    if (c == 'f') options.config = optarg;
    if (c == 'd') options.root = optarg;
    if (c == 'C') options.modprobe_config_paths.emplace_back(optarg);
    if (c == socket_option) options.socket = optarg;
    if (c == 'V') return fmt::print("kerneld of kmodern {}\n", KMODERN_VERSION), 0;
    if (c == 'h') return help(stdout), 0;
    if (c == '?') return 1;
  }
  if (optind != argc) return help(stderr), 1;
  ::signal(SIGPIPE, SIG_IGN);
  if (auto done = daemon::run(options); !done) {
    daemon::log(LOG_ERR, describe(done.error()));
    return 1;
  }
  return 0;
}
