// Runs module code so that a fault in it ends the call and not the process.
#pragma once

#include <functional>

#include "ukernel/core/core.h"

namespace kmodern::core {

// Handles SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGTRAP from now on. A fault that is not module
// code's goes to whoever handled the signal before: the process ends loudly. Call once.
void install_guard();

// See Core::call.
CallResult guarded_call(const std::function<long()>& function);

}  // namespace kmodern::core
