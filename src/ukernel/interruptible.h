// Waiting in module code for somebody who may go.
#pragma once

#include "ukernel/ukernel.h"

namespace kmodern::ukernel {

// While it lives, what this thread waits for in module code is interrupted once `gone` says so.
// Without one nothing changes.
class Interruptible {
 public:
  Interruptible(Ukernel& kernel, const std::function<bool()>& gone)
      : kernel_(gone ? &kernel : nullptr) {
    if (kernel_ != nullptr) kernel_->interruptible(gone);
  }
  ~Interruptible() {
    if (kernel_ != nullptr) kernel_->interruptible(nullptr);
  }
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

 private:
  Ukernel* kernel_;
};

}  // namespace kmodern::ukernel
