// One kernel for several users at once: its calls are made one at a time. For a recorder, whose
// connections would else know nothing of each other.
#pragma once

#include <memory>
#include <mutex>

#include "kernel/kernel.h"

namespace kmodern::kernel {

class SharedKernel final : public Kernel {
  struct State {
    explicit State(std::unique_ptr<Kernel> one) : kernel(std::move(one)) {}
    std::mutex mutex;
    std::unique_ptr<Kernel> kernel;
  };

  template <typename Call>
  auto one_at_a_time(Call call) const {
    std::lock_guard lock(state_->mutex);
    return call(*state_->kernel);
  }

 public:
  explicit SharedKernel(std::unique_ptr<Kernel> kernel)
      : state_(std::make_shared<State>(std::move(kernel))) {}

  // Another user of the same kernel.
  std::unique_ptr<Kernel> share() const { return std::make_unique<SharedKernel>(*this); }

  std::string describe() const override {
    return one_at_a_time([](Kernel& kernel) { return kernel.describe(); });
  }
  Result<std::string> release() override {
    return one_at_a_time([](Kernel& kernel) { return kernel.release(); });
  }
  Result<void> load(const std::string& path, const LoadOptions& options) override {
    return one_at_a_time([&](Kernel& kernel) { return kernel.load(path, options); });
  }
  Result<void> unload(const std::string& name, const UnloadOptions& options) override {
    return one_at_a_time([&](Kernel& kernel) { return kernel.unload(name, options); });
  }
  Result<std::vector<LoadedModule>> modules() override {
    return one_at_a_time([](Kernel& kernel) { return kernel.modules(); });
  }
  Result<std::optional<LoadedModule>> module(const std::string& name) override {
    return one_at_a_time([&](Kernel& kernel) { return kernel.module(name); });
  }
  Result<bool> builtin(const std::string& name) override {
    return one_at_a_time([&](Kernel& kernel) { return kernel.builtin(name); });
  }
  Result<std::uint64_t> tainted() override {
    return one_at_a_time([](Kernel& kernel) { return kernel.tainted(); });
  }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace kmodern::kernel
