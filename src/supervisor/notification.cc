#include "supervisor/notification.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "supervisor/pidfd.h"

namespace kmodern::supervisor {

std::optional<Notification> Notification::receive(int listener) {
  while (true) {
    pollfd waiting = {.fd = listener, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, -1) < 0 && errno != EINTR) return std::nullopt;
    if ((waiting.revents & POLLIN) == 0) {
      if ((waiting.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) return std::nullopt;
      continue;
    }
    Notification notification(listener);
    if (::ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notification.call_) == 0) return notification;
    // ENOENT: the caller was killed before its call was taken.
    if (errno != EINTR && errno != ENOENT) return std::nullopt;
  }
}

bool Notification::still_there() const {
  // Process ids are used again: what was read under this one counts only if the call still waits.
  std::uint64_t id = call_.id;
  return ::ioctl(listener_, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

std::optional<std::string> Notification::string(std::uint64_t address, std::size_t most) const {
  constexpr std::size_t page = 4096;
  std::string text;
  while (text.size() < most) {
    // Up to the end of the page: what lies behind it may not be mapped.
    const std::size_t at = text.size();
    const std::size_t chunk = std::min(most - at, page - (address + at) % page);
    text.resize(at + chunk);
    if (!read(address + at, std::as_writable_bytes(std::span(text).subspan(at))))
      return std::nullopt;
    if (const void* end = std::memchr(text.data() + at, 0, chunk)) {
      text.resize(static_cast<std::size_t>(static_cast<const char*>(end) - text.data()));
      return still_there() ? std::optional(std::move(text)) : std::nullopt;
    }
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

unique_fd Notification::descriptor(int number) const {
  // pidfd_open takes a process; the caller may be another thread of it, with the same descriptors.
  unique_fd process(::pidfd_open(pid(), 0));
  if (!process) {
    auto status = read_file("/proc/" + std::to_string(pid()) + "/status");
    std::size_t at = status ? status->find("\nTgid:") : std::string::npos;
    if (at == std::string::npos) return {};
    process.reset(::pidfd_open(std::atoi(status->c_str() + at + 6), 0));
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

void Notification::answer_with(const unique_fd& file, bool close_on_exec) const {
  seccomp_notif_addfd added{};
  added.id = call_.id;
  added.flags = SECCOMP_ADDFD_FLAG_SEND;
  added.srcfd = static_cast<std::uint32_t>(file.get());
  added.newfd_flags = close_on_exec ? O_CLOEXEC : 0;
  if (::ioctl(listener_, SECCOMP_IOCTL_NOTIF_ADDFD, &added) < 0) answer(-errno);
}

}  // namespace kmodern::supervisor
