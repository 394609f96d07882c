// One intercepted system call: what was asked, the caller's memory and descriptors, and the answer.
#pragma once

#include <linux/seccomp.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/file.h"

namespace kmodern::supervisor {

class Notification {
 public:
  // Waits for the next one; nullopt when all supervised programs are gone.
  static std::optional<Notification> receive(int listener);

  int number() const { return call_.data.nr; }
  pid_t pid() const { return static_cast<pid_t>(call_.pid); }
  std::uint64_t argument(int index) const { return call_.data.args[index]; }

  // The caller's memory. nullopt: the address is bad (EFAULT), or the string has no end within
  // `most` bytes (ENAMETOOLONG).
  std::optional<std::string> string(std::uint64_t address, std::size_t most = 4096) const;
  bool read(std::uint64_t address, std::span<std::byte> to) const;
  bool write(std::uint64_t address, std::span<const std::byte> from) const;
  // A copy of the caller's descriptor.
  unique_fd descriptor(int number) const;

  // False when the caller waits for the answer no more.
  bool still_there() const;

  // Exactly one of these ends the call.
  void answer(long result) const;  // >= 0, or -errno
  void proceed() const;            // the running kernel does it
  void answer_with(const unique_fd& file,
                   bool close_on_exec) const;  // a new descriptor of the caller

 private:
  explicit Notification(int listener) : listener_(listener) {}

  int listener_;
  seccomp_notif call_{};
};

}  // namespace kmodern::supervisor
