// Carrying a plan out on a kernel.
#pragma once

#include <chrono>
#include <functional>

#include "base/error.h"
#include "kernel/kernel.h"
#include "plan/plan.h"

namespace kmodern::kernel {

struct ExecuteOptions {
  bool dry_run = false;  // announce, do nothing
  bool ignore_modversions = false;
  bool ignore_vermagic = false;
  bool force_unload = false;
  bool on_demand = false;       // as of LoadOptions
  bool fail_if_loaded = false;  // EEXIST from the requested module's load is an error
  // How long a removal that meets EWOULDBLOCK is tried again, with growing pauses.
  std::chrono::milliseconds wait{0};
  // Called before each step.
  std::function<void(const plan::Step&)> announce;
};

// What became of the plan.
struct Outcome {
  // The failure that ended it: the error, and the step that it happened to.
  struct Failure {
    Error error;
    plan::Step step;
  };
  std::optional<Failure> failure;
  // Failures of steps that were not required.
  std::vector<Failure> passed_over;
};

Outcome execute(Kernel& kernel, const plan::Plan& plan, const ExecuteOptions& options);

// The kernel's list of modules as the plan layer takes it.
Result<std::vector<plan::Loaded>> loaded_modules(Kernel& kernel);

}  // namespace kmodern::kernel
