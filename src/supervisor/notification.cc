#include "supervisor/notification.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/pidfd.h"
#include "base/process_status.h"

namespace kmodern::supervisor {

namespace {

// Since Linux 6.11 SECCOMP_IOCTL_NOTIF_RECV ends when the last caller is gone; before, only poll(2)
// tells.
bool receiving_ends() {
  utsname names{};
  int major = 0;
  int minor = 0;
  return ::uname(&names) == 0 && std::sscanf(names.release, "%d.%d", &major, &minor) == 2 &&
         (major > 6 || (major == 6 && minor >= 11));
}

// Waits until there is a call, or nobody left to make one: false.
bool wait_for_call(int listener, int patience) {
  while (true) {
    pollfd waiting = {.fd = listener, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, patience);
    if (ready < 0 && errno != EINTR) return false;
    if ((waiting.revents & POLLIN) != 0) return true;
    if ((waiting.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) return false;
    if (ready == 0) return true;
  }
}

}  // namespace

std::optional<Notification> Notification::receive(int listener) {
  static const bool ends = receiving_ends();
  while (true) {
    if (!ends && !wait_for_call(listener, -1)) return std::nullopt;
    Notification notification(listener);
    if (::ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notification.call_) == 0) return notification;
    if (errno == EINTR) continue;
    // ENOENT: the caller was killed before its call was taken, or there is none any more.
    if (errno != ENOENT || !wait_for_call(listener, 0)) return std::nullopt;
  }
}

void Notification::wake_here(int listener) {
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
  constexpr unsigned long SECCOMP_IOCTL_NOTIF_SET_FLAGS = SECCOMP_IOW(4, __u64);
  constexpr unsigned long SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP = 1;
#endif
  ::ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
}

bool Notification::still_there() const {
  std::uint64_t id = call_.id;
  return ::ioctl(listener_, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

std::optional<std::string> Notification::string(std::uint64_t address, std::size_t most) const {
  constexpr std::size_t page = 4096;
  constexpr std::size_t first = 256;  // most strings are paths
  std::array<char, page> piece;
  std::string text;
  while (text.size() < most) {
    // Up to the end of the page: what lies behind it may not be mapped.
    const std::size_t left = page - (address + text.size()) % page;
    const std::size_t chunk = std::min({most - text.size(), left, text.empty() ? first : page});
    if (!read(address + text.size(), std::as_writable_bytes(std::span(piece).first(chunk))))
      return std::nullopt;
    const std::size_t length = ::strnlen(piece.data(), chunk);
    text.append(piece.data(), length);
    if (length < chunk) return text;
  }
  return std::nullopt;
}

bool Notification::read(std::uint64_t address, std::span<std::byte> to) const {
  iovec local = {to.data(), to.size()};
  iovec remote = {reinterpret_cast<void*>(address), to.size()};
  return ::process_vm_readv(pid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(to.size());
}

bool Notification::write(std::uint64_t address, std::span<const std::byte> from) const {
  if (!still_there()) return false;
  iovec local = {const_cast<std::byte*>(from.data()), from.size()};
  iovec remote = {reinterpret_cast<void*>(address), from.size()};
  return ::process_vm_writev(pid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(from.size());
}

bool Notification::overwrite(std::uint64_t address, std::string_view bytes) const {
  unique_fd memory(::open(fmt::format("/proc/{}/mem", pid()).c_str(), O_WRONLY | O_CLOEXEC));
  return memory && still_there() &&
         ::pwrite(memory.get(), bytes.data(), bytes.size(), static_cast<off_t>(address)) ==
             static_cast<ssize_t>(bytes.size());
}

std::string Notification::link(const std::string& name) const {
  std::array<char, 4096> target;
  const ssize_t length =
      ::readlink(fmt::format("/proc/{}/{}", pid(), name).c_str(), target.data(), target.size());
  return {target.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

uid_t Notification::user() const {
  struct stat folder{};
  return ::stat(fmt::format("/proc/{}", pid()).c_str(), &folder) == 0 ? folder.st_uid
                                                                      : static_cast<uid_t>(-1);
}

unique_fd Notification::descriptor(int number) const {
  // pidfd_open takes a process; the caller may be another thread of it, with the same descriptors.
  unique_fd process(::pidfd_open(pid(), 0));
  if (!process) {
    const auto status = ProcessStatus::of(pid());
    if (!status) return {};
    process.reset(::pidfd_open(status->number<pid_t>("Tgid").value_or(pid()), 0));
  }
  if (!process) return {};
  return unique_fd(::pidfd_getfd(process.get(), number, 0));
}

void Notification::answer(long result) const {
  seccomp_notif_resp response{};
  response.id = call_.id;
  if (result < 0) {
    response.error = static_cast<int>(result);
  } else {
    response.val = result;
  }
  ::ioctl(listener_, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

void Notification::proceed() const {
  seccomp_notif_resp response{};
  response.id = call_.id;
  response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  ::ioctl(listener_, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

int Notification::add(const unique_fd& file, bool close_on_exec) const {
  seccomp_notif_addfd added{};
  added.id = call_.id;
  added.srcfd = static_cast<std::uint32_t>(file.get());
  added.newfd_flags = close_on_exec ? O_CLOEXEC : 0;
  const int number = ::ioctl(listener_, SECCOMP_IOCTL_NOTIF_ADDFD, &added);
  return number >= 0 ? number : -errno;
}

void Notification::answer_with(const unique_fd& file, bool close_on_exec) const {
  seccomp_notif_addfd added{};
  added.id = call_.id;
  added.flags = SECCOMP_ADDFD_FLAG_SEND;
  added.srcfd = static_cast<std::uint32_t>(file.get());
  added.newfd_flags = close_on_exec ? O_CLOEXEC : 0;
  if (::ioctl(listener_, SECCOMP_IOCTL_NOTIF_ADDFD, &added) < 0) answer(-errno);
}

}  // namespace kmodern::supervisor
