#include "fuse/attach.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "fuse/descriptors.h"

namespace kmodern::fuse {

namespace {

constexpr const char* helper = "fusermount3";  // fuse3's, which has the privilege (set user id)

std::string access_options(const MountOptions& options) {
  return options.allow_other ? "default_permissions,allow_other" : "default_permissions";
}

// In the child: only async-signal-safe calls.
[[noreturn]] void become(const std::vector<char*>& command, const std::vector<char*>& environment) {
  ::execvpe(command[0], command.data(), environment.data());
  ::_exit(127);
}

// The helper's exit status; 127 if it is not there. It inherits `channel`, whose number the
// environment tells.
int run_helper(std::vector<std::string> words, int channel) {
  words.insert(words.begin(), helper);
  std::vector<char*> command;
  command.reserve(words.size() + 1);
  for (std::string& word : words) command.push_back(word.data());
  command.push_back(nullptr);
  std::string told = fmt::format("_FUSE_COMMFD={}", channel);
  std::vector<char*> environment = {told.data()};
  for (char** one = environ; *one != nullptr; ++one) environment.push_back(*one);
  environment.push_back(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return 127;
  if (child == 0) {
    if (channel >= 0) ::fcntl(channel, F_SETFD, 0);
    become(command, environment);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Result<unique_fd> attach_by_helper(const std::string& path, const MountOptions& options,
                                   const Error& before) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return fail_errno(errno, path, "cannot make a socket pair");
  unique_fd ours(ends[0]);
  unique_fd theirs(ends[1]);
  const std::string words = fmt::format("fsname={},subtype=kmodern,nosuid,nodev,noexec,{}",
                                        options.source, access_options(options));
  const int status = run_helper({"-o", words, "--", path}, theirs.get());
  theirs.reset();
  if (status == 127) {
    return fail(
        before.code, path, before.reason,
        fmt::format("install {} (Debian: the package fuse3), which mounts for users", helper));
  }
  auto connection = receive_descriptor(ours.get());
  if (status == 0 && connection) return std::move(*connection);
  return fail(EPERM, path, fmt::format("{} did not mount there (exit status {})", helper, status),
              "the folder must be yours; /etc/fuse.conf may forbid some options");
}

}  // namespace

Result<unique_fd> attach(const std::string& path, const MountOptions& options) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return fail_errno(errno, path, "cannot mount there");
  if (!S_ISDIR(status.st_mode)) return fail_errno(ENOTDIR, path, "cannot mount there");
  unique_fd connection(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
  if (!connection) {
    auto error = fail_errno(errno, "/dev/fuse", "cannot open");
    return attach_by_helper(path, options, error.error());
  }
  const std::string words =
      fmt::format("fd={},rootmode=40000,user_id={},group_id={},{}", connection.get(), ::geteuid(),
                  ::getegid(), access_options(options));
  if (::mount(options.source.c_str(), path.c_str(), "fuse.kmodern",
              MS_NOSUID | MS_NODEV | MS_NOEXEC, words.c_str()) == 0)
    return connection;
  auto error = fail_errno(errno, path, "cannot mount there");
  if (errno != EPERM) return error;
  return attach_by_helper(path, options, error.error());
}

Result<void> detach(const std::string& path) {
  if (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0) return {};
  const int code = errno;
  if (code == EPERM && run_helper({"-u", "-z", "-q", "--", path}, -1) == 0) return {};
  return fail_errno(code, path, "cannot unmount");
}

bool is_dead(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) != 0 && errno == ENOTCONN;
}

}  // namespace kmodern::fuse
