#include <fmt/core.h>

#include <cerrno>
#include <memory>
#include <set>

#include "ukernel/classic/classic.h"
#include "ukernel/module_thread.h"
#include "ukernel/oops.h"
#include "ukernel/unload.h"

namespace kmodern::ukernel::classic {

namespace {

// What a module's can_unload function says: true for "now". nullopt if it has none, and its use
// count tells. Errors: EFAULT; EAGAIN.
Result<std::optional<bool>> ask(Context& context, Module& module) {
  const std::uintptr_t address = context.modules.can_unload(module);
  if (address == 0 || !runs_code(context.core)) return std::nullopt;
  auto function = reinterpret_cast<int (*)()>(address);
  TRY(core::CallResult result,
      run_in_thread(context.core, [function]() -> long { return function(); }));
  if (!result) {
    record_oops(context, result.error(), module.name);
    context.modules.pin(module);
    return fail(EFAULT, module.name,
                fmt::format("its can_unload faulted at {}", blame(context, result.error())),
                "`kmodern dmesg` has the backtrace");
  }
  return std::optional(*result == 0);
}

Result<void> free_module(Context& context, Module& module, std::vector<std::string>* left_behind,
                         bool by_sweep) {
  if (module.classic && module.classic->header == 0) {  // it is created, and no more
    context.modules.remove(module);
    return {};
  }
  auto gone = take_away(context, module, left_behind, by_sweep);
  if (!gone && module.classic) module.marks.clear(kernel::classic::deleted);
  return gone;
}

// What becomes of it; also `stays` if it should go, and its exit failed.
ModuleList::Sweep sweep_one(Context& context, Module& module) {
  using enum ModuleList::Sweep;
  auto idle = ask(context, module);
  if (!idle || *idle == std::optional(false)) return stays;
  const ModuleList::Sweep what = context.modules.sweep_one(module, idle->has_value());
  if (what == goes && !free_module(context, module, nullptr, true)) return stays;
  return what;
}

}  // namespace

Result<void> delete_module(Context& context, const std::string& name,
                           const kernel::UnloadOptions& options) {
  auto named = context.modules.find(name);
  if (named == nullptr) return fail(ENOENT, name, "is not loaded", "`kmodern lsmod` shows what is");
  TRY(std::optional<bool> idle, ask(context, *named));
  if (idle == std::optional(false))
    return fail(EBUSY, name, "its can_unload says that it is in use", "end that use first");
  TRY(auto module, context.modules.begin_classic_removal(name, idle.has_value()));
  return free_module(context, *module, options.left_behind, false);
}

// As in Linux 2.4, one round takes VISITED, and the next, if that one freed anything, the module:
// it may have been used a moment ago. Modules of today keep their second chance until the next
// sweep: who asked for one may be about to come.
std::vector<std::string> sweep(Context& context) {
  std::lock_guard one_at_a_time(context.sweep);
  std::vector<std::string> gone;
  std::set<std::shared_ptr<Module>> spared;
  for (bool freed = true; freed;) {
    freed = false;
    for (const auto& module : context.modules.all()) {
      if (spared.contains(module)) continue;
      const ModuleList::Sweep what = sweep_one(context, *module);
      if (what == ModuleList::Sweep::spared && !module->classic) spared.insert(module);
      if (what != ModuleList::Sweep::goes) continue;
      gone.push_back(module->name);
      freed = true;
    }
  }
  context.modules.end_sweep();
  return gone;
}

}  // namespace kmodern::ukernel::classic
