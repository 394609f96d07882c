// kmodern run: a program whose module system calls, and files of the module system, are a
// user-space kernel's.
#include <fcntl.h>
#include <fmt/core.h>
#include <getopt.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/user_kernel.h"
#include "kernel/user/start.h"
#include "supervisor/supervisor.h"

namespace kmodern::cli {
namespace {

constexpr int failed = 125;  // as env(1): run itself could not do it

void help(std::FILE* to) {
  fmt::print(
      to,
      "Usage: kmodern run [options] [--] COMMAND [ARGUMENT...]\n"
      "Runs a program, unmodified, so that its module system calls, `uname -r`, /proc/modules,\n"
      "/sys/module and the like are those of a user-space kernel: a fresh one, that ends with\n"
      "the program, if none is named. The same holds for all programs that it starts.\n"
      "\n"
      "  -k, --kernel KERNEL   user or user:NAME: a kernel that runs already\n"
      "  -R, --release VER     the fresh kernel stands for the installed kernel VER: its modules\n"
      "                        are linked, but their code is not run\n"
      "  -r, --root DIR        take /lib/modules and /boot from below this folder\n"
      "  -h, --help            show this help\n");
}

struct Options {
  std::string kernel;
  std::string release;
  std::string root;  // canonical
  std::vector<std::string> command;
};

// A fresh kernel, that ends with this object.
class OwnKernel {
 public:
  static Result<OwnKernel> start(const Options& options) {
    kernel::StartOptions how{.name = fmt::format("run-{}", ::getpid()),
                             .release = options.release,
                             .root = options.root,
                             .ends_with_us = true};
    TRY_OK(kernel::start_kernel(how));
    return OwnKernel(how.name);
  }
  OwnKernel(OwnKernel&& other) noexcept : name_(std::exchange(other.name_, {})) {}
  OwnKernel& operator=(OwnKernel&&) = delete;
  ~OwnKernel() {
    if (name_.empty()) return;
    auto kernel = kernel::UserKernel::connect(name_);
    if (kernel) (void)(*kernel)->stop();
  }
  std::string kernel() const { return "user:" + name_; }

 private:
  explicit OwnKernel(std::string name) : name_(std::move(name)) {}
  std::string name_;
};

// A kernel's process is no ancestor of the programs whose memory it reads.
Result<void> check_yama() {
  auto scope = read_file("/proc/sys/kernel/yama/ptrace_scope", 16);
  if (!scope || trim(*scope) == "0" || ::geteuid() == 0) return {};
  return fail(EPERM, "kmodern run",
              fmt::format("/proc/sys/kernel/yama/ptrace_scope is {}: a kernel's process may not "
                          "read what programs hand to their system calls",
                          trim(*scope)),
              "set it to 0, or run this as root");
}

volatile std::sig_atomic_t program_pid = -1;

void pass_on(int signal) {
  if (program_pid > 0) ::kill(static_cast<pid_t>(program_pid), signal);
}

// Ctrl-C reaches the program by itself; what is sent to this process is meant for it.
void handle_signals(pid_t program) {
  program_pid = program;
  struct sigaction action{};
  action.sa_handler = pass_on;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGHUP, &action, nullptr);
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGQUIT, SIG_IGN);
}

// The exit status of the command.
Result<int> run_in(const std::string& which, const Options& options) {
  TRY(auto kernel, open_user_kernel(which));
  TRY(auto program, supervisor::Program::start(options.command));
  handle_signals(program.pid());
  // The kernel serves until all programs are gone; before Linux 6.11 one is gone only when it was
  // waited for.
  auto served = std::async(
      std::launch::async, [&, listener = program.take_listener()]() mutable -> Result<void> {
        return kernel->supervise(std::move(listener), kernel::redirects_below(options.root));
      });
  program.release();
  TRY(int status, program.wait());
  TRY_OK(served.get());
  return status;
}

Result<int> run(const Options& options) {
  TRY_OK(check_yama());
  if (!options.kernel.empty()) return run_in(options.kernel, options);
  TRY(OwnKernel own, OwnKernel::start(options));
  return run_in(own.kernel(), options);
}

}  // namespace

int run_main(int argc, char** argv) {
  static constexpr option long_options[] = {{"kernel", required_argument, nullptr, 'k'},
                                            {"release", required_argument, nullptr, 'R'},
                                            {"root", required_argument, nullptr, 'r'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("kmodern run");
  Options options;
  // "+": the command's options are its own.
  for (int c; (c = ::getopt_long(argc, argv, "+k:R:r:h", long_options, nullptr)) != -1;) {
    if (c == 'k')
      options.kernel = optarg;
    else if (c == 'R')
      options.release = optarg;
    else if (c == 'r')
      options.root = optarg;
    else
      return c == 'h' ? (help(stdout), 0) : (help(stderr), failed);
  }
  options.command.assign(argv + optind, argv + argc);
  if (options.command.empty()) return help(stderr), failed;
  if (!options.kernel.empty() && !options.release.empty()) {
    messages.error("{} has a release already: --release is for a fresh kernel", options.kernel);
    return failed;
  }
  if (!options.root.empty()) {
    std::error_code error;
    auto root = std::filesystem::canonical(options.root, error);
    if (error) {
      messages.error("--root {}: {}", options.root, error.message());
      return failed;
    }
    options.root = root == "/" ? "" : root.string();
  }
  auto status = run(options);
  if (!status) return messages.error(status.error()), failed;
  return *status;
}

}  // namespace kmodern::cli
