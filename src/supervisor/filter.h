// The system calls that are intercepted, as a seccomp filter.
#pragma once

#include "base/error.h"
#include "base/file.h"

namespace kmodern::supervisor {

// Puts this thread under the filter, for good, and gives the descriptor on which its intercepted
// calls are announced. Only async-signal-safe work is done after `Filter::make`, so that load() may
// run between fork() and exec().
class Filter {
 public:
  static Result<Filter> make();
  // -errno, or the listener's descriptor.
  int load() const;

 private:
  explicit Filter(std::string program) : program_(std::move(program)) {}
  std::string program_;  // struct sock_filter[]
};

}  // namespace kmodern::supervisor
