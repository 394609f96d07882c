// A user-space kernel as supervised programs reach it.
#pragma once

#include <functional>

#include "supervisor/supervisor.h"
#include "ukernel/ukernel.h"

namespace kmodern::supervisor {

class SupervisedKernel final : public Served {
 public:
  // Opens a file of the kernel so that calls on it reach the kernel. The layer that serves
  // filesystems has it.
  using Opener =
      std::function<Result<unique_fd>(const std::string& path, int flags, const Caller& opener)>;

  // `kernel` outlives it.
  SupervisedKernel(ukernel::Ukernel& kernel, Opener opener)
      : kernel_(kernel), opener_(std::move(opener)) {}

  ukernel::View& view() override { return kernel_.view(); }
  std::string release() override { return kernel_.release(); }
  Result<std::string> read(const Caller& caller, const std::string& path) override {
    return kernel_.read_file(path, caller.pid, "");
  }
  Result<unique_fd> open(const Caller& caller, const std::string& path, int flags) override {
    return opener_(path, flags, caller);
  }
  long finit_module(const Caller& caller, const unique_fd& file, std::string_view parameters,
                    int flags) override;
  long init_module(const Caller& caller, ByteView image, std::string_view parameters) override;
  long delete_module(const Caller& caller, const std::string& name, unsigned flags) override;
  long nfsservctl(const Caller& caller, int command, std::span<std::byte> memory) override;
  kernel::classic::Calls* classic() override { return &kernel_; }
  bool capable(const Caller& caller) override;

 private:
  ukernel::Ukernel& kernel_;
  Opener opener_;
};

}  // namespace kmodern::supervisor
