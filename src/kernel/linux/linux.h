// The running Linux, through its system calls, /proc and /sys.
#pragma once

#include <memory>
#include <string>

#include "kernel/kernel.h"
#include "kernel/linux/syscalls.h"

namespace kmodern::kernel {

// Where the kernel shows itself; tests give folders of their own.
struct LinuxRoots {
  std::string proc = "/proc";
  std::string sys = "/sys";
  std::string log = "/dev/kmsg";  // read for what the kernel says about a load that failed
};

class LinuxKernel : public Kernel {
 public:
  explicit LinuxKernel(std::unique_ptr<Syscalls> calls = std::make_unique<Syscalls>(),
                       LinuxRoots roots = {})
      : calls_(std::move(calls)), roots_(std::move(roots)) {}

  std::string describe() const override { return "linux"; }
  Result<std::string> release() override;
  // By finit_module; a file compressed in the form that /sys/module/compression names is
  // decompressed by the kernel, any other here. ENOSYS where the kernel has no module support.
  Result<void> load(const std::string& path, const LoadOptions& options) override;
  Result<void> unload(const std::string& name, const UnloadOptions& options) override;
  Result<std::vector<LoadedModule>> modules() override;
  Result<std::optional<LoadedModule>> module(const std::string& name) override;
  Result<bool> builtin(const std::string& name) override;
  Result<std::uint64_t> tainted() override;

 private:
  bool knows_on_demand();
  int load_file(int fd, const LoadOptions& options, bool compressed);
  Result<int> load_image(int fd, const std::string& path, const LoadOptions& options);
  std::unexpected<Error> refused(int code, const std::string& subject, std::string said) const;
  std::unexpected<Error> no_module_support() const;
  std::string reason_for_eperm() const;

  std::unique_ptr<Syscalls> calls_;
  LinuxRoots roots_;
};

Result<std::unique_ptr<Kernel>> open_linux();

}  // namespace kmodern::kernel
