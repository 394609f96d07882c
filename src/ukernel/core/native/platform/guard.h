// Runs module code so that a fault in it ends the call and not the process.
#pragma once

#include <cstdint>
#include <functional>

#include "ukernel/core/core.h"

namespace kmodern::core {

// Handles SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGTRAP from now on. A fault that is not module
// code's goes to whoever handled the signal before: the process ends loudly. Call once.
void install_guard();

// See Core::call. `preempt_count`: what the function finds; what it leaves must be the same, and no
// lock held: the log tells if not.
CallResult guarded_call(const std::function<long()>& function, int preempt_count = 0);

// Whether the address lies in this program's own code, not a module's.
bool is_own_code(std::uintptr_t address);

}  // namespace kmodern::core
