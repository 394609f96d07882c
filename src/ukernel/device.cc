#include "ukernel/device.h"

#include <fmt/core.h>

#include <cerrno>

#include "ukernel/oops.h"

namespace kmodern::ukernel {

namespace {

// What user space sees of a call's negative result: that a signal interrupted it is told to module
// code by numbers of its own (include/linux/errno.h).
int errno_of(long result) {
  constexpr long first_restart = 512;
  constexpr long last_restart = 516;
  return -result >= first_restart && -result <= last_restart ? EINTR : static_cast<int>(-result);
}

}  // namespace

Result<long> Device::outcome(const core::CallResult& result, std::string_view action) {
  if (!result) {
    std::string module = record_oops(context_, result.error(), "");
    return fail(EFAULT, path_,
                fmt::format("module {} faulted in {} at {}: {}", module, action,
                            blame(context_, result.error()), headline(result.error())),
                "`kmodern dmesg` has the backtrace; the module stays, pinned, until the kernel is "
                "stopped");
  }
  if (*result < 0)
    return fail_errno(errno_of(*result), path_, fmt::format("its {} failed", action));
  return *result;
}

Result<long> Device::read(std::span<std::byte> to) { return outcome(file_->read(to), "read"); }

Result<long> Device::write(std::span<const std::byte> from) {
  return outcome(file_->write(from), "write");
}

Result<long> Device::read_at(std::span<std::byte> to, std::int64_t position) {
  return outcome(file_->read_at(to, position), "read");
}

Result<long> Device::write_at(std::span<const std::byte> from, std::int64_t position) {
  return outcome(file_->write_at(from, position), "write");
}

Result<long> Device::seek(long offset, int whence) {
  return outcome(file_->seek(offset, whence), "llseek");
}

Result<long> Device::ioctl(unsigned command, unsigned long argument, std::span<std::byte> memory) {
  return outcome(file_->ioctl(command, argument, memory), "ioctl");
}

Result<long> Device::ioctl_for(int pid, unsigned command, unsigned long argument) {
  return outcome(file_->ioctl_for(pid, command, argument), "ioctl");
}

Result<long> Device::poll(int wake) { return outcome(file_->poll(wake), "poll"); }

Result<core::SharedMemory> Device::map(std::uint64_t offset, std::size_t size, int protection) {
  core::SharedMemory memory;
  TRY_OK(outcome(file_->map(offset, size, protection, memory), "mmap"));
  return memory;
}

Result<long> Device::fasync(bool on, int owner) {
  return outcome(file_->fasync(on, owner), "fasync");
}

Result<long> Device::close() { return outcome(file_->close(), "release"); }

}  // namespace kmodern::ukernel
