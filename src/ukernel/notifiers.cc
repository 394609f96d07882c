#include "ukernel/notifiers.h"

#include <mutex>

namespace kmodern::ukernel {

Notifiers::Handle Notifiers::add(Notifier notifier) {
  std::unique_lock lock(mutex_);
  return notifiers_.insert(notifiers_.end(), std::move(notifier));
}

void Notifiers::remove(Handle handle) {
  std::unique_lock lock(mutex_);
  notifiers_.erase(handle);
}

Result<void> Notifiers::coming(const Module& module) {
  std::shared_lock lock(mutex_);
  for (auto one = notifiers_.begin(); one != notifiers_.end(); ++one) {
    const int code = (*one)(ModuleEvent::coming, module);
    if (code == 0) continue;
    for (auto told = notifiers_.begin(); told != one; ++told)
      (void)(*told)(ModuleEvent::going, module);
    return fail(code, module.name, "a notifier of this kernel refuses it");
  }
  return {};
}

void Notifiers::tell(ModuleEvent event, const Module& module) {
  std::shared_lock lock(mutex_);
  for (const Notifier& one : notifiers_) (void)one(event, module);
}

}  // namespace kmodern::ukernel
