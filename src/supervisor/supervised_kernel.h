// A user-space kernel as supervised programs reach it.
#pragma once

#include "supervisor/supervisor.h"
#include "ukernel/ukernel.h"

namespace kmodern::supervisor {

class SupervisedKernel final : public Served {
 public:
  // `kernel` outlives it.
  explicit SupervisedKernel(ukernel::Ukernel& kernel) : kernel_(kernel) {}

  ukernel::View& view() override { return kernel_.view(); }
  std::string release() override { return kernel_.release(); }
  long finit_module(const Caller& caller, const unique_fd& file, std::string_view parameters,
                    int flags) override;
  long init_module(const Caller& caller, ByteView image, std::string_view parameters) override;
  long delete_module(const Caller& caller, const std::string& name, unsigned flags) override;

 private:
  ukernel::Ukernel& kernel_;
};

}  // namespace kmodern::supervisor
