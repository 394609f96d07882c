#include "ukernel/on_behalf.h"

#include <utility>

namespace kmodern::ukernel {

namespace {
thread_local constinit const OnBehalf* innermost = nullptr;
}

OnBehalf::OnBehalf(Process process)
    : process_(std::move(process)), outer_(std::exchange(innermost, this)) {}

OnBehalf::~OnBehalf() { innermost = outer_; }

const OnBehalf::Process& OnBehalf::now() {
  static const Process none;
  return innermost != nullptr ? innermost->process_ : none;
}

}  // namespace kmodern::ukernel
