// Starting a program under the filter. Its listener reaches this process by pidfd_getfd(2), since a
// process cannot send what it has just been forbidden to hold back.

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "supervisor/filter.h"
#include "base/pidfd.h"
#include "supervisor/supervisor.h"

namespace kmodern::supervisor {

namespace {

// In the child: under the filter, wait for the parent, become the command. Tells `gate` the
// listener's number or -errno.
[[noreturn]] void become(const Filter& filter, int gate, char* const* command) {
  int listener = filter.load();
  // From here on an intercepted call would wait for somebody who does not listen yet: read and
  // write are not.
  if (::write(gate, &listener, sizeof listener) != sizeof listener || listener < 0) ::_exit(126);
  char go = 0;
  if (::read(gate, &go, 1) != 1) ::_exit(126);
  ::close(listener);
  ::execvp(command[0], command);
  int code = errno;
  const char* text = code == ENOENT ? ": command not found\n" : ": cannot be executed\n";
  (void)!::write(STDERR_FILENO, command[0], std::char_traits<char>::length(command[0]));
  (void)!::write(STDERR_FILENO, text, std::char_traits<char>::length(text));
  ::_exit(code == ENOENT ? 127 : 126);
}

}  // namespace

Result<Program> Program::start(const std::vector<std::string>& command) {
  if (command.empty()) return fail(EINVAL, "kmodern run", "no command is given");
  TRY(Filter filter, Filter::make());
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail_errno(errno, command[0], "cannot make a socket pair");
  }
  unique_fd ours(ends[0]);
  unique_fd theirs(ends[1]);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  pid_t pid = ::fork();
  if (pid < 0) return fail_errno(errno, command[0], "cannot fork");
  if (pid == 0) become(filter, theirs.get(), arguments.data());
  theirs.reset();

  int number = -EIO;
  if (::read(ours.get(), &number, sizeof number) != sizeof number) number = -EIO;
  unique_fd process(::pidfd_open(pid, 0));
  unique_fd listener(number >= 0 && process ? ::pidfd_getfd(process.get(), number, 0) : -1);
  if (!listener) {
    int code = number < 0 ? -number : errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    std::string cure = code == EBUSY ? "it runs inside of another supervisor already: one is enough"
                       : code == EPERM || code == ENOSYS
                           ? "this needs Linux 5.9 or later, and a container that permits "
                             "seccomp(2) and pidfd_getfd(2)"
                           : "";
    return fail_errno(code, command[0], "cannot be supervised", std::move(cure));
  }
  return Program(pid, std::move(listener), std::move(ours));
}

void Program::release() {
  char go = 1;
  (void)!::write(gate_.get(), &go, 1);
  gate_.reset();
}

Result<int> Program::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) return fail_errno(errno, "kmodern run", "cannot wait for the command");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace kmodern::supervisor
