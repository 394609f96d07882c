#include "kernel/command.h"

#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

namespace kmodern::kernel {

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
  pid_t child = 0;
  int code = ::posix_spawn(&child, "/bin/sh", nullptr, nullptr, arguments, environment.data());
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
