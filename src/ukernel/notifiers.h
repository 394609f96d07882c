// Who is told when a module comes, is live and goes, and may refuse it before its init runs: as
// register_module_notifier() in kernel/module/main.c, with the rules of a blocking notifier chain.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <shared_mutex>

#include "base/error.h"
#include "ukernel/module.h"

namespace kmodern::ukernel {

using core::ModuleEvent;

// Returns 0, or an errno by which it refuses a module that is coming. It runs on the thread that
// loads or unloads, and may look at everything but add or remove notifiers.
using Notifier = std::function<int(ModuleEvent, const Module&)>;

// Any thread may call anything at any time.
class Notifiers {
 public:
  using Handle = std::list<Notifier>::iterator;

  // They are told in the order in which they were added.
  Handle add(Notifier notifier);
  // Waits for calls that are under way; afterwards it is called no more.
  void remove(Handle handle);

  // Errors: that of the first who refuses; those told before it are then told that the module goes,
  // and those after it nothing.
  Result<void> coming(const Module& module);
  void live(const Module& module) { tell(ModuleEvent::live, module); }
  void going(const Module& module) { tell(ModuleEvent::going, module); }

 private:
  void tell(ModuleEvent event, const Module& module);

  std::shared_mutex mutex_;
  std::list<Notifier> notifiers_;
};

}  // namespace kmodern::ukernel
