#include "fuse/place.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "fuse/descriptors.h"

namespace kmodern::fuse {

namespace {

// One of that process's namespaces; none if it is ours.
Result<unique_fd> namespace_of(int pid, const char* kind) {
  const std::string path = fmt::format("/proc/{}/ns/{}", pid, kind);
  unique_fd theirs(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat there{};
  struct stat here{};
  if (!theirs || ::fstat(theirs.get(), &there) != 0 ||
      ::stat(fmt::format("/proc/self/ns/{}", kind).c_str(), &here) != 0)
    return fail_errno(errno, path, "cannot look there");
  if (there.st_dev == here.st_dev && there.st_ino == here.st_ino) return unique_fd();
  return theirs;
}

// In the child, which may only make calls that are async-signal-safe. The exit status is 0 or
// errno.
[[noreturn]] void mount_there(const Place& place, NewMount how, int socket) {
  Detached made;
  if (place.user_namespace) {
    if (::setns(place.user_namespace.get(), CLONE_NEWUSER) != 0 || ::setresgid(0, 0, 0) != 0 ||
        ::setresuid(0, 0, 0) != 0)
      ::_exit(errno);
    how.user = 0;
    how.group = 0;
  }
  // It must be opened in that user namespace, and may be missing in that mount namespace.
  made.connection.reset(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
  if (!made.connection) ::_exit(errno);
  if (place.mount_namespace && ::setns(place.mount_namespace.get(), CLONE_NEWNS) != 0)
    ::_exit(errno);
  if (const int code = make_mount(how, made); code != 0) ::_exit(code);
  if (::syscall(SYS_move_mount, made.root.get(), "", place.folder.get(), "",
                MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0 ||
      !send_descriptor(socket, made.connection.get()))
    ::_exit(errno);
  ::_exit(0);
}

}  // namespace

Result<Place> place_of(int pid, const std::string& path) {
  Place place;
  TRY(place.user_namespace, namespace_of(pid, "user"));
  TRY(place.mount_namespace, namespace_of(pid, "mnt"));
  const unique_fd root(::open(fmt::format("/proc/{}/root", pid).c_str(), O_PATH | O_CLOEXEC));
  if (!root) return fail_errno(errno, path, "cannot be looked for");
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT;
  place.folder.reset(
      static_cast<int>(::syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how)));
  if (!place.folder) return fail_errno(errno, path, "cannot mount there");
  return place;
}

Result<unique_fd> attach_at(const Place& place, NewMount how) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return fail_errno(errno, "FUSE", "cannot make a socket pair");
  unique_fd ours(ends[0]);
  unique_fd theirs(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return fail_errno(errno, "FUSE", "cannot fork");
  if (child == 0) mount_there(place, how, theirs.get());
  theirs.reset();
  auto connection = receive_descriptor(ours.get());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (connection) return connection;
  const int code = WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : EIO;
  return fail_errno(code, "FUSE", "cannot mount");
}

}  // namespace kmodern::fuse
