// What each thread that runs module code carries: its guard, its user memory, its task.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "ukernel/core/core.h"
#include "ukernel/core/native/platform/platform.h"

namespace kmodern::core {

struct Guard;

// What user memory module code may reach: a buffer of this process, or all of another one's.
struct UserRange {
  std::uintptr_t begin = 0;
  std::size_t size = 0;
  bool writable = false;
  int pid = 0;  // not 0: of that process; the rest says nothing
};

struct HeldLock {
  const void* lock = nullptr;
  const char* kind = nullptr;
  std::uintptr_t where = 0;  // that module code took it; 0 if it was no module's
};

// Plain data: a signal handler reads it.
struct Thread {
  Guard* guard = nullptr;              // the innermost guarded call
  int in_platform = 0;                 // depth of platform calls: a fault there is ours
  int atomic_depth = 0;                // what preempt_count() gives
  std::array<HeldLock, 32> held = {};  // the innermost last; more are not noted
  int held_count = 0;
  UserRange user;  // the buffer of the current read, write or ioctl
  platform_task task = {};
  const Holder* holder = nullptr;  // in whose name modules are referred to
  const char* bug = nullptr;       // the text of the BUG() that is about to fault
  std::uintptr_t stack_low = 0;    // bounds of the stack; 0 until first asked for
  std::uintptr_t stack_high = 0;
};

Thread& this_thread();

// The kernel itself is at work, not module code.
class PlatformScope {
 public:
  PlatformScope() { ++this_thread().in_platform; }
  ~PlatformScope() { --this_thread().in_platform; }
  PlatformScope(const PlatformScope&) = delete;
};

// From now on calls on this thread are interrupted where `gone` says so; null: never.
void set_interrupt(std::function<bool()> gone);

// A line for each of this thread's locks from number `first` on.
void log_locks(int level, int first);

// One core per process: the C API's functions have no other way to find it.
void set_host(Host* host);
Host* host();

}  // namespace kmodern::core
