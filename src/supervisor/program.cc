// Starting a program under the filter. Its listener reaches this process by pidfd_getfd(2), since a
// process cannot send what it has just been forbidden to hold back.

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/pidfd.h"
#include "supervisor/filter.h"
#include "supervisor/supervisor.h"

namespace kmodern::supervisor {

namespace {

// What exec(2) takes.
std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  result.reserve(words.size() + 1);
  for (const std::string& word : words) result.push_back(const_cast<char*>(word.c_str()));
  result.push_back(nullptr);
  return result;
}

// Whatever the kernel's process has open, blocks or ignores is none of a helper's business.
void stand_as_helper(pid_t parent, int gate) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(126);  // it has died already
  ::setsid();
  (void)!::chdir("/");
  ::umask(022);
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null = ::open("/dev/null", O_RDWR);
  for (int descriptor = 0; descriptor <= STDERR_FILENO; ++descriptor) ::dup2(null, descriptor);
  // The gate closes itself at exec.
  if (gate > STDERR_FILENO + 1)
    ::close_range(STDERR_FILENO + 1, static_cast<unsigned>(gate - 1), 0);
  ::close_range(static_cast<unsigned>(gate + 1), ~0u, 0);
}

// What the child needs, made before it is one.
struct Image {
  explicit Image(const std::vector<std::string>& command, const Manner& manner)
      : helper(manner.helper),
        arguments(pointers(command)),
        environment(pointers(manner.environment)) {}
  bool helper;
  std::vector<char*> arguments;
  std::vector<char*> environment;
  pid_t parent = ::getpid();
};

// In the child: under the filter, wait for the parent, become the command. Tells `gate` the
// listener's number or -errno, and of a helper then the errno of its exec.
[[noreturn]] void become(const Filter& filter, int gate, const Image& image) {
  if (image.helper) stand_as_helper(image.parent, gate);
  int listener = filter.load();
  // From here on an intercepted call would wait for somebody who does not listen yet: read and
  // write are not.
  if (::write(gate, &listener, sizeof listener) != sizeof listener || listener < 0) ::_exit(126);
  char go = 0;
  if (::read(gate, &go, 1) != 1) ::_exit(126);
  ::close(listener);
  char* const* command = image.arguments.data();
  if (image.helper) {
    ::execve(command[0], command, image.environment.data());
    const int code = errno;
    (void)!::write(gate, &code, sizeof code);
    ::_exit(127);
  }
  ::execvp(command[0], command);
  int code = errno;
  const char* text = code == ENOENT ? ": command not found\n" : ": cannot be executed\n";
  (void)!::write(STDERR_FILENO, command[0], std::char_traits<char>::length(command[0]));
  (void)!::write(STDERR_FILENO, text, std::char_traits<char>::length(text));
  ::_exit(code == ENOENT ? 127 : 126);
}

}  // namespace

Result<Program> Program::start(const std::vector<std::string>& command, const Manner& manner) {
  if (command.empty()) return fail(EINVAL, "kmodern run", "no command is given");
  TRY(Filter filter, Filter::make());
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail_errno(errno, command[0], "cannot make a socket pair");
  }
  unique_fd ours(ends[0]);
  unique_fd theirs(ends[1]);
  const Image image(command, manner);

  pid_t pid = ::fork();
  if (pid < 0) return fail_errno(errno, command[0], "cannot fork");
  if (pid == 0) become(filter, theirs.get(), image);
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

int Program::release_and_wait_for_exec() {
  const char go = 1;
  (void)!::write(gate_.get(), &go, 1);
  int code = 0;
  ssize_t got = 0;
  while ((got = ::read(gate_.get(), &code, sizeof code)) < 0 && errno == EINTR) continue;
  gate_.reset();
  return got == sizeof code ? code : 0;
}

Result<int> Program::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) return fail_errno(errno, "kmodern run", "cannot wait for the command");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace kmodern::supervisor
