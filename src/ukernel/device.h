// An open file of a module, for a client: the core's one, with faults turned into oopses.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/error.h"
#include "ukernel/context.h"

namespace kmodern::ukernel {

// The calls of core::OpenFile. A call may block; others may be made meanwhile from other threads,
// but for close() and the end of the object. Errors: what the module returned; EFAULT if its code
// faulted (it is pinned then).
class Device {
 public:
  Device(Context& context, std::string path, std::unique_ptr<core::OpenFile> file)
      : context_(context), path_(std::move(path)), file_(std::move(file)) {}

  // The count of bytes; 0 is the end.
  Result<long> read(std::span<std::byte> to);
  Result<long> write(std::span<const std::byte> from);
  Result<long> read_at(std::span<std::byte> to, std::int64_t position);
  Result<long> write_at(std::span<const std::byte> from, std::int64_t position);
  // The new position.
  Result<long> seek(long offset, int whence);
  Result<long> ioctl(unsigned command, unsigned long argument, std::span<std::byte> memory);
  Result<long> ioctl_for(int pid, unsigned command, unsigned long argument);
  // The bits of poll(2).
  Result<long> poll(int wake = -1);
  Result<core::SharedMemory> map(std::uint64_t offset, std::size_t size, int protection);
  Result<long> fasync(bool on, int owner);
  void set_flags(int flags) { file_->set_flags(flags); }
  Result<long> close();

 private:
  Result<long> outcome(const core::CallResult& result, std::string_view action);

  Context& context_;
  std::string path_;
  std::unique_ptr<core::OpenFile> file_;
};

}  // namespace kmodern::ukernel
