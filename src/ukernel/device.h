// An open file of a device, for a client: the core's one, with faults turned into oopses.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/error.h"
#include "ukernel/context.h"

namespace kmodern::ukernel {

// One call at a time; a call may block. Errors: what the module returned; EFAULT if its code
// faulted (it is pinned then).
class Device {
 public:
  Device(Context& context, std::string path, std::unique_ptr<core::OpenFile> file)
      : context_(context), path_(std::move(path)), file_(std::move(file)) {}

  // The count of bytes.
  Result<long> read(std::span<std::byte> to);
  Result<long> write(std::span<const std::byte> from);
  Result<long> close();

 private:
  Result<long> outcome(const core::CallResult& result, std::string_view action);

  Context& context_;
  std::string path_;
  std::unique_ptr<core::OpenFile> file_;
};

}  // namespace kmodern::ukernel
