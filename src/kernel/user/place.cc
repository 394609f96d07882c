#include "kernel/user/place.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace kmodern::kernel {

namespace {

bool is_own_directory(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         status.st_uid == ::geteuid();
}

bool good_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name.front() != '.' && name.front() != '-' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '.';
         });
}

std::string cure_of_start(std::string_view name) {
  return name == default_kernel_name ? "`kmodern kernel start` starts it"
                                     : fmt::format("`kmodern kernel start {}` starts it", name);
}

}  // namespace

Result<std::string> runtime_directory() {
  const char* runtime = ::getenv("XDG_RUNTIME_DIR");
  std::string path = runtime != nullptr && is_own_directory(runtime)
                         ? std::string(runtime) + "/kmodern"
                         : fmt::format("/tmp/kmodern-{}", ::geteuid());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return fail_errno(errno, path, "cannot make this directory",
                      "set XDG_RUNTIME_DIR to a directory of yours");
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0) return fail_errno(errno, path, "cannot stat");
  if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & 077) != 0) {
    return fail(EPERM, path,
                fmt::format("is not a directory of uid {} alone (owner {}, mode {:o})", ::geteuid(),
                            status.st_uid, status.st_mode & 07777),
                "remove it, or set XDG_RUNTIME_DIR to a directory of yours");
  }
  return path;
}

Result<Place> place_of(std::string_view name) {
  if (!good_name(name)) {
    return fail(EINVAL, std::string(name), "is no name for a kernel",
                "take up to 64 letters, digits, '_', '-' or '.'");
  }
  TRY(std::string directory, runtime_directory());
  std::string stem = fmt::format("{}/{}", directory, name);
  Place place{std::string(name), stem + ".sock", stem + ".lock", stem + ".err"};
  if (place.socket.size() >= sizeof(sockaddr_un::sun_path)) {
    return fail(ENAMETOOLONG, place.socket, "is too long for a socket's address",
                "set XDG_RUNTIME_DIR to a shorter path");
  }
  return place;
}

Result<std::vector<std::string>> running_kernels() {
  TRY(std::string directory, runtime_directory());
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() != ".lock") continue;
    unique_fd lock(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    // Who can have the lock has found a kernel that runs no more.
    if (!lock || ::flock(lock.get(), LOCK_SH | LOCK_NB) == 0) continue;
    names.push_back(entry.path().stem().string());
  }
  if (error) return fail_errno(error.value(), directory, "cannot list");
  std::ranges::sort(names);
  return names;
}

Result<unique_fd> connect_to(const Place& place) {
  unique_fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return fail_errno(errno, place.socket, "cannot make a socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, place.socket.c_str(), place.socket.size() + 1);
  int connected;
  do {
    connected =
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  } while (connected != 0 && errno == EINTR);
  if (connected != 0 && (errno == ENOENT || errno == ECONNREFUSED)) {
    return fail(ECONNREFUSED, "user:" + place.name, "this user-space kernel does not run",
                cure_of_start(place.name));
  }
  if (connected != 0)
    return fail_errno(errno, "user:" + place.name, "cannot connect to " + place.socket);
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
      peer.uid != ::geteuid()) {
    return fail(EPERM, "user:" + place.name,
                fmt::format("belongs to uid {}, not to {}", peer.uid, ::geteuid()),
                "choose another name");
  }
  return socket;
}

}  // namespace kmodern::kernel
