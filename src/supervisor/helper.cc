#include "supervisor/helper.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include "base/pidfd.h"

namespace kmodern::supervisor {

namespace {

// As wait(2) gives it.
int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return -errno;
  }
  return status;
}

// Until the program has ended, its time is up, or the kernel ends; true in the first case.
bool watch(pid_t pid, const ukernel::HelperCommand& command) {
  const unique_fd process(::pidfd_open(pid, 0));
  if (!process) return false;
  const int patience =
      command.limit.count() == 0 ? -1 : static_cast<int>(command.limit.count() * 1000);
  pollfd both[] = {{process.get(), POLLIN, 0}, {command.stop, POLLIN, 0}};
  while (::poll(both, 2, patience) < 0 && errno == EINTR) continue;
  return both[0].revents != 0;
}

std::string remark_on(int status, bool in_time, const ukernel::HelperCommand& command) {
  const std::string what =
      fmt::format("{} for module {}", command.arguments.front(), command.arguments.back());
  if (!in_time)
    return fmt::format("{} did not end within {} seconds and was killed", what,
                       command.limit.count());
  if (WIFSIGNALED(status))
    return fmt::format("{} died of signal {} (SIG{})", what, WTERMSIG(status),
                       ::sigabbrev_np(WTERMSIG(status)));
  return "";
}

}  // namespace

void run_helper(const ukernel::HelperCommand& command, ukernel::HelperEvents& events,
                Served& served, const Options& options) {
  auto program =
      Program::start(command.arguments, {.helper = true, .environment = command.environment});
  if (!program) return events.ended(-program.error().code, describe(program.error()));
  const std::jthread server([&, listener = program->take_listener()] {
    (void)supervise(listener.get(), served, options);
  });
  if (const int error = program->release_and_wait_for_exec(); error != 0) {
    wait_for(program->pid());
    return events.ended(
        -error, fmt::format("cannot run {}: {}", command.arguments.front(), errno_name(error)));
  }
  events.started();
  const bool in_time = watch(program->pid(), command);
  if (!in_time) ::kill(-program->pid(), SIGKILL);
  const int status = wait_for(program->pid());
  events.ended(status, remark_on(status, in_time, command));
}

}  // namespace kmodern::supervisor
