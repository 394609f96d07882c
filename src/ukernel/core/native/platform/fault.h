// A fault as the signal handler takes it down: plain data, no allocation.
#pragma once

#include <signal.h>
#include <ucontext.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "ukernel/core/core.h"
#include "ukernel/core/native/platform/thread.h"

namespace kmodern::core {

struct RawFault {
  int signal = 0;
  std::uintptr_t address = 0;
  std::uint64_t trap = 0;   // the processor's exception number
  std::uint64_t error = 0;  // its error code
  bool in_stack_guard = false;
  const char* bug = nullptr;
  std::array<std::uint64_t, 18> registers = {};
  std::array<std::uintptr_t, 64> backtrace = {};
  std::size_t depth = 0;
};

// Safe in a signal handler. `stop` is the frame of the guarded call: the trace ends there.
RawFault take_down(int signal, const siginfo_t& info, const ucontext_t& context,
                   const Thread& thread, std::uintptr_t stop);

// The same for people, in Linux's words (arch/x86/mm/fault.c, arch/x86/kernel/traps.c).
Fault tell(const RawFault& raw);

// Return addresses from the frame pointer `frame` on, within [low, stop).
std::size_t walk_frames(std::uintptr_t frame, std::uintptr_t low, std::uintptr_t stop,
                        std::uintptr_t* to, std::size_t limit);

}  // namespace kmodern::core
