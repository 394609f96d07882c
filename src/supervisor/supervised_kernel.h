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

  // Mounts an image: errors as of mount(2).
  using Mounter = std::function<Result<void>(MountCall call, const Caller& caller)>;

  // `kernel` outlives it.
  SupervisedKernel(ukernel::Ukernel& kernel, Opener opener, Mounter mounter)
      : kernel_(kernel), opener_(std::move(opener)), mounter_(std::move(mounter)) {}

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
  long mount(const Caller& caller, MountCall call) override;
  bool may_mount(const Caller& caller) override;
  kernel::classic::Calls* classic() override { return &kernel_; }
  bool capable(const Caller& caller) override;

 private:
  ukernel::Ukernel& kernel_;
  Opener opener_;
  Mounter mounter_;
};

}  // namespace kmodern::supervisor
