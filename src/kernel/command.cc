#include "kernel/command.h"

#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <vector>

namespace kmodern::kernel {
namespace {

// For the child: a daemon blocks and ignores signals, which both would be inherited.
class SignalsAsUsual {
 public:
  SignalsAsUsual() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    sigaddset(&signals, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SignalsAsUsual() { ::posix_spawnattr_destroy(&attributes_); }
  SignalsAsUsual(const SignalsAsUsual&) = delete;
  SignalsAsUsual& operator=(const SignalsAsUsual&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

}  // namespace

Result<void> run_command(const std::string& command, const std::string& module) {
  // An environment of its own for the child: setenv(3) would change this process under its threads.
  std::string variable = "MODPROBE_MODULE=" + module;
  std::vector<char*> environment = {variable.data()};
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("MODPROBE_MODULE=")) environment.push_back(*entry);
  }
  environment.push_back(nullptr);
  std::string shell = "sh", option = "-c", text = command;
  char* arguments[] = {shell.data(), option.data(), text.data(), nullptr};
  const SignalsAsUsual as_usual;
  pid_t child = 0;
  int code =
      ::posix_spawn(&child, "/bin/sh", nullptr, as_usual.get(), arguments, environment.data());
  if (code != 0) return fail_errno(code, module, "cannot start /bin/sh for its command");
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return fail_errno(errno, module, "cannot wait for its command");
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  std::string ending = WIFSIGNALED(status)
                           ? fmt::format("was ended by signal {}", WTERMSIG(status))
                           : fmt::format("ended with exit status {}", WEXITSTATUS(status));
  return fail(EINVAL, module, fmt::format("its configured command {}: {}", ending, command),
              "see the lines install and remove of modprobe.d (modprobe -c shows them); "
              "--ignore-install goes without");
}

}  // namespace kmodern::kernel
