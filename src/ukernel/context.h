// What the parts of one user-space kernel share: the arguments of its recipes.
#pragma once

#include <functional>
#include <mutex>

#include "ukernel/boot_options.h"
#include "ukernel/built_ins.h"
#include "ukernel/core/core.h"
#include "ukernel/kallsyms.h"
#include "ukernel/log.h"
#include "ukernel/memory.h"
#include "ukernel/module_list.h"
#include "ukernel/notifiers.h"
#include "ukernel/settings.h"
#include "ukernel/symbol_table.h"
#include "ukernel/taint.h"

namespace kmodern::ukernel {

struct Context {
  core::Core& core;
  const BootOptions options;
  Log log;
  LowMemory memory{core.code_policy()};
  SymbolTable symbols;
  Kallsyms kallsyms;
  ModuleList modules;
  BuiltIns built_ins{core};
  Notifiers notifiers;
  Taints taints;
  Settings settings;
  std::atomic<unsigned> oopses = 0;
  std::mutex sweep;  // held by the one sweep of idle modules that runs
};

// add_taint() in kernel/panic.c: what makes the records of locks doubtful ends them, which is said
// once.
inline void add_taint(Context& context, Taint taint) {
  context.taints.set(taint);
  const bool doubtful = taint == Taint::proprietary || taint == Taint::forced_load ||
                        taint == Taint::forced_unload || taint == Taint::died;
  if (doubtful && context.taints.end_lock_debugging())
    context.log.write(level::warning, "Disabling lock debugging due to kernel taint");
}

// False if module code is only linked.
inline bool runs_code(const core::Core& core) {
  return core.code_policy() == core::Core::CodePolicy::run;
}

}  // namespace kmodern::ukernel
