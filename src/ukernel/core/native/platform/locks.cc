// Which locks each thread holds: for what must not be done with one held, and for the log.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "ukernel/core/native/platform/guard.h"
#include "ukernel/core/native/platform/thread.h"

namespace kmodern::core {

namespace {

std::uintptr_t module_caller() {
  std::array<unsigned long, 8> trace;
  const int depth = platform_backtrace(trace.data(), static_cast<int>(trace.size()));
  for (int index = 0; index < depth; ++index) {
    if (const auto address = trace[static_cast<std::size_t>(index)]; !is_own_code(address))
      return address;
  }
  return 0;
}

HeldLock* find(const void* lock) {
  Thread& thread = this_thread();
  for (int index = thread.held_count; index-- > 0;) {
    HeldLock& held = thread.held[static_cast<std::size_t>(index)];
    if (held.lock == lock) return &held;
  }
  return nullptr;
}

}  // namespace

void log_locks(int level, int first) {
  const Thread& thread = this_thread();
  Host* to = host();
  for (int index = first; to != nullptr && index < thread.held_count; ++index) {
    const HeldLock& held = thread.held[static_cast<std::size_t>(index)];
    std::string text = fmt::format(" #{}: {} {}", index, held.kind,
                                   to->symbolize(reinterpret_cast<std::uintptr_t>(held.lock)));
    if (held.where != 0) text += ", taken at " + to->symbolize(held.where);
    to->log(level, text, false);
  }
}

extern "C" {

void platform_lock_taken(const void* lock, const char* kind) {
  const std::uintptr_t where = module_caller();
  Thread& thread = this_thread();
  if (static_cast<std::size_t>(thread.held_count) == thread.held.size()) return;
  thread.held[static_cast<std::size_t>(thread.held_count++)] = {lock, kind, where};
}

int platform_lock_released(const void* lock) {
  HeldLock* found = find(lock);
  if (found == nullptr) return 0;
  Thread& thread = this_thread();
  std::copy(found + 1, thread.held.data() + thread.held_count, found);
  --thread.held_count;
  return 1;
}

int platform_lock_held(const void* lock) { return find(lock) != nullptr ? 1 : 0; }

void platform_log_locks(int level) {
  const PlatformScope scope;
  log_locks(level, 0);
}

const void* platform_lock_within(const void* begin, size_t size) {
  const Thread& thread = this_thread();
  const auto low = reinterpret_cast<std::uintptr_t>(begin);
  for (int index = 0; index < thread.held_count; ++index) {
    const void* lock = thread.held[static_cast<std::size_t>(index)].lock;
    if (reinterpret_cast<std::uintptr_t>(lock) - low < size) return lock;
  }
  return nullptr;
}

}  // extern "C"

}  // namespace kmodern::core
