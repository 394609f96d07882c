// The kernel's own mount, which is attached to no folder.

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "fuse/attach.h"
#include "fuse/descriptors.h"
#include "fuse/new_mount.h"

namespace kmodern::fuse {

namespace {

// What is to be said to the running kernel, ready before fork(): the child may only make calls that
// are async-signal-safe.
struct Maps {
  std::string user = fmt::format("{0} {0} 1", ::geteuid());
  std::string group = fmt::format("{0} {0} 1", ::getegid());
};

NewMount kernels_own(bool allow_other) {
  return {.user = ::geteuid(),
          .group = ::getegid(),
          .allow_other = allow_other,
          .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC};
}

bool write_file(const char* path, const std::string& text) {
  unique_fd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// In the child: a user namespace in which this user may mount. The exit status is 0 or errno.
[[noreturn]] void mount_in_namespace(const Maps& maps, const NewMount& how, int socket) {
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ::_exit(errno);
  (void)write_file("/proc/self/setgroups", "deny");
  if (!write_file("/proc/self/uid_map", maps.user) || !write_file("/proc/self/gid_map", maps.group))
    ::_exit(errno);
  Detached made;
  if (const int code = make_mount(how, made); code != 0) ::_exit(code);
  if (!send_descriptor(socket, made.root.get()) || !send_descriptor(socket, made.connection.get()))
    ::_exit(errno);
  ::_exit(0);
}

std::unexpected<Error> cannot(int code) {
  std::string cure = code == EACCES || code == ENOENT
                         ? "/dev/fuse must be there, and open to this user (mode 0666)"
                     : code == EPERM || code == ENOSPC
                         ? "run the kernel as root, or permit user namespaces (user_namespaces(7))"
                         : "";
  return fail_errno(code, "FUSE", "cannot make a mount", std::move(cure));
}

}  // namespace

Result<Detached> mount_detached() {
  Detached made;
  const int code = make_mount(kernels_own(true), made);
  if (code == 0) return made;
  if (code != EPERM) return cannot(code);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return cannot(errno);
  unique_fd ours(ends[0]);
  unique_fd theirs(ends[1]);
  const Maps maps;
  const NewMount how = kernels_own(false);
  const pid_t child = ::fork();
  if (child < 0) return cannot(errno);
  if (child == 0) mount_in_namespace(maps, how, theirs.get());
  theirs.reset();
  auto root = receive_descriptor(ours.get());
  auto connection = receive_descriptor(ours.get());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (root && connection) return Detached{std::move(*root), std::move(*connection)};
  return cannot(WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : EIO);
}

}  // namespace kmodern::fuse
