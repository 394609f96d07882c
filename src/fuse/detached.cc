// A mount that is attached to no folder: fsopen(2), fsmount(2), since Linux 5.2.

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "fuse/attach.h"
#include "fuse/descriptors.h"

namespace kmodern::fuse {

namespace {

// What is to be said to the running kernel, ready before fork(): the child may only make calls that
// are async-signal-safe.
struct Words {
  Words()
      : user(std::to_string(::geteuid())),
        group(std::to_string(::getegid())),
        user_map(fmt::format("{0} {0} 1", user)),
        group_map(fmt::format("{0} {0} 1", group)) {}
  std::string user, group;
  std::string user_map, group_map;
};

// Of the calling process; nothing is left open if it fails. 0 or errno.
int mount_here(const Words& words, bool allow_other, Detached& to) {
  const auto call = [](long number, auto... arguments) {
    return static_cast<int>(::syscall(number, arguments...));
  };
  unique_fd connection(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
  if (!connection) return errno;
  unique_fd context(call(SYS_fsopen, "fuse", FSOPEN_CLOEXEC));
  if (!context) return errno;
  // The option's value is text: the descriptor's number.
  std::array<char, 12> number{};
  fmt::format_to_n(number.data(), number.size() - 1, "{}", connection.get());
  const auto set = [&](const char* key, const char* value) {
    return call(SYS_fsconfig, context.get(), FSCONFIG_SET_STRING, key, value, 0) == 0;
  };
  if (!set("source", "kmodern") || !set("fd", number.data()) || !set("rootmode", "40000") ||
      !set("user_id", words.user.c_str()) || !set("group_id", words.group.c_str()))
    return errno;
  if (allow_other &&
      call(SYS_fsconfig, context.get(), FSCONFIG_SET_FLAG, "allow_other", nullptr, 0) != 0)
    return errno;
  if (call(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return errno;
  unique_fd root(call(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC,
                      MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC));
  if (!root) return errno;
  to = {std::move(root), std::move(connection)};
  return 0;
}

bool write_file(const char* path, const std::string& text) {
  unique_fd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// In the child: a user namespace in which this user may mount. The exit status is 0 or errno.
[[noreturn]] void mount_in_namespace(const Words& words, int socket) {
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ::_exit(errno);
  (void)write_file("/proc/self/setgroups", "deny");
  if (!write_file("/proc/self/uid_map", words.user_map) ||
      !write_file("/proc/self/gid_map", words.group_map))
    ::_exit(errno);
  Detached made;
  if (const int code = mount_here(words, false, made); code != 0) ::_exit(code);
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
  const Words words;
  Detached made;
  const int code = mount_here(words, true, made);
  if (code == 0) return made;
  if (code != EPERM) return cannot(code);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return cannot(errno);
  unique_fd ours(ends[0]);
  unique_fd theirs(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return cannot(errno);
  if (child == 0) mount_in_namespace(words, theirs.get());
  theirs.reset();
  auto root = receive_descriptor(ours.get());
  auto connection = receive_descriptor(ours.get());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (root && connection) return Detached{std::move(*root), std::move(*connection)};
  return cannot(WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : EIO);
}

}  // namespace kmodern::fuse
