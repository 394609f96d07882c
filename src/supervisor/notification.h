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

  // Lets the kernel wake supervisor and caller on one processor, where it can (Linux 6.6): the two
  // never run at the same time, and a processor that sleeps takes long to wake.
  static void wake_here(int listener);

  int number() const { return call_.data.nr; }
  pid_t pid() const { return static_cast<pid_t>(call_.pid); }
  std::uint64_t argument(int index) const { return call_.data.args[index]; }

  // The caller's memory. nullopt: the address is bad (EFAULT), or the string has no end within
  // `most` bytes (ENAMETOOLONG).
  std::optional<std::string> string(std::uint64_t address, std::size_t most = 4096) const;
  bool read(std::uint64_t address, std::span<std::byte> to) const;
  bool write(std::uint64_t address, std::span<const std::byte> from) const;
  // Writes where the caller itself may only read.
  bool overwrite(std::uint64_t address, std::string_view bytes) const;
  // A copy of the caller's descriptor.
  unique_fd descriptor(int number) const;
  // What a link of the caller's folder in /proc says: "cwd", "fd/7"; empty if it says no path.
  std::string link(const std::string& name) const;
  // Its effective user.
  uid_t user() const;
  // Whether what was read is this caller's: process ids are used again.
  bool still_there() const;

  // Exactly one of these ends the call.
  void answer(long result) const;  // >= 0, or -errno
  void proceed() const;            // the running kernel does it
  void answer_with(const unique_fd& file,
                   bool close_on_exec) const;  // a new descriptor of the caller
  // Gives the caller a descriptor without ending the call; its number, or -errno.
  int add(const unique_fd& file, bool close_on_exec) const;

 private:
  explicit Notification(int listener) : listener_(listener) {}

  int listener_;
  seccomp_notif call_{};
};

}  // namespace kmodern::supervisor
