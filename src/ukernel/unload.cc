#include "ukernel/unload.h"

#include <fmt/core.h>

#include <cerrno>

#include "kernel/taints.h"
#include "ukernel/attributes.h"
#include "ukernel/left_behind.h"
#include "ukernel/module_thread.h"
#include "ukernel/oops.h"

namespace kmodern::ukernel {

namespace {

// What is left of a module whose exit faulted stays: code that was abandoned may hold its locks and
// memory.
std::unexpected<Error> pin(Context& context, Module& module, const core::Fault& fault) {
  record_oops(context, fault, module.name);
  context.modules.pin(module);
  return fail(EFAULT, module.name,
              fmt::format("its exit faulted at {}: {}", blame(context, fault), headline(fault)),
              "`kmodern dmesg` has the backtrace; the module stays, pinned, until the kernel is "
              "stopped");
}

// A removal that ends before the module's exit has run leaves the module live.
class CallOff {
 public:
  CallOff(ModuleList& modules, Module& module) : modules_(modules), module_(&module) {}
  CallOff(const CallOff&) = delete;
  CallOff& operator=(const CallOff&) = delete;
  ~CallOff() {
    if (module_ != nullptr) modules_.stay_live(*module_);
  }
  void disarm() { module_ = nullptr; }

 private:
  ModuleList& modules_;
  Module* module_;
};

}  // namespace

Result<void> unload(Context& context, const std::string& name,
                    const kernel::UnloadOptions& options) {
  if (name.empty() || name.size() >= name_limit) {
    return fail(ENOENT, name, fmt::format("no module has a name of {} characters", name.size()));
  }
  bool forced = false;
  TRY(std::shared_ptr<Module> module,
      context.modules.begin_removal(name, options.force && context.options.allow_force, forced));
  if (forced) add_taint(context, Taint::forced_unload);
  return take_away(context, *module, options.left_behind, false);
}

Result<void> take_away(Context& context, Module& module, std::vector<std::string>* left_behind,
                       bool by_sweep) {
  CallOff removal(context.modules, module);

  // Made now: once its exit has run, nothing may fail.
  const std::string taints = kernel::taint_letters(module.taints.mask());
  std::string last = taints.empty() ? module.name : fmt::format("{}({})", module.name, taints);
  if (module.exit != 0 && runs_code(context.core)) {
    auto exit = reinterpret_cast<void (*)()>(module.exit);
    auto result = run_in_thread(context.core, [exit]() -> long {
      exit();
      return 0;
    });
    if (!result) return std::unexpected(result.error());
    removal.disarm();
    if (!*result) return pin(context, module, result->error());
  }
  removal.disarm();
  context.notifiers.going(module);
  if (std::string running = clean_up(context, module, left_behind); !running.empty()) {
    context.modules.pin(module);
    return fail(EBUSY, module.name,
                fmt::format("its exit has returned, but its {} still runs", running),
                "`kmodern dmesg` tells where that was made; the module stays, pinned, until the "
                "kernel is stopped");
  }
  close_attributes(module);
  if (auto fault = free_parameters(context.core, module.parameters))
    return pin(context, module, *fault);

  module.image.each_piece([&](const link::Piece& piece) {
    context.core.module_gone(module.this_module, piece.bytes);
    context.kallsyms.remove_range(piece.address);
  });
  context.symbols.remove(module.name);
  context.modules.note_unloaded(std::move(last));
  context.modules.remove(module, by_sweep);
  return {};
}

}  // namespace kmodern::ukernel
