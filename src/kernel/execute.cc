#include "kernel/execute.h"

#include <algorithm>
#include <cerrno>
#include <thread>

#include "kernel/command.h"

namespace kmodern::kernel {
namespace {

using plan::Step;

Result<void> insert(Kernel& kernel, const Step& step, const ExecuteOptions& options) {
  auto loaded = kernel.load(step.path, {.parameters = step.parameters,
                                        .ignore_modversions = options.ignore_modversions,
                                        .ignore_vermagic = options.ignore_vermagic,
                                        .autoclean = options.on_demand,
                                        .on_demand = options.on_demand});
  // Someone else was faster: what was wanted holds.
  if (!loaded && loaded.error().code == EEXIST &&
      !(options.fail_if_loaded && step.role == plan::Role::requested))
    return {};
  return loaded;
}

bool may_pass(int code) { return code == EWOULDBLOCK || code == EBUSY; }

// Tries again with pauses of 1, 2, 4... ms as long as the module is in use and time is left.
Result<void> remove(Kernel& kernel, const Step& step, const ExecuteOptions& options) {
  using std::chrono::milliseconds;
  auto deadline = std::chrono::steady_clock::now() + options.wait;
  milliseconds pause{1};
  while (true) {
    auto removed = kernel.unload(step.module, {.force = options.force_unload});
    if (removed) return {};
    if (removed.error().code == ENOENT) return {};  // gone already
    auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    // What nobody uses any more is taken away if that is easy: no waiting for it.
    if (!may_pass(removed.error().code) || left.count() <= 0 || step.role == plan::Role::unused)
      return removed;
    std::this_thread::sleep_for(std::min(pause, left));
    pause *= 2;
  }
}

Result<void> carry_out(Kernel& kernel, const Step& step, const ExecuteOptions& options) {
  switch (step.action) {
    case plan::Action::insert:
      return insert(kernel, step, options);
    case plan::Action::remove:
      return remove(kernel, step, options);
    case plan::Action::install_command:
    case plan::Action::remove_command:
      return run_command(plan::command_line(step), step.module);
    case plan::Action::builtin:
      return {};
  }
  return {};
}

}  // namespace

Outcome execute(Kernel& kernel, const plan::Plan& plan, const ExecuteOptions& options) {
  Outcome outcome;
  for (const Step& step : plan.steps) {
    if (options.announce) options.announce(step);
    if (options.dry_run) continue;
    auto done = carry_out(kernel, step, options);
    if (done) continue;
    if (step.required) {
      outcome.failure = Outcome::Failure{done.error(), step};
      break;
    }
    outcome.passed_over.push_back({done.error(), step});
  }
  return outcome;
}

Result<std::vector<plan::Loaded>> loaded_modules(Kernel& kernel) {
  TRY(auto modules, kernel.modules());
  std::vector<plan::Loaded> loaded;
  loaded.reserve(modules.size());
  for (LoadedModule& module : modules)
    loaded.push_back({std::move(module.name), module.refcnt, std::move(module.holders)});
  return loaded;
}

}  // namespace kmodern::kernel
