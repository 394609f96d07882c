// Module code that has a thread of its own: init, exit, and what the classic interface calls.
#pragma once

#include <functional>

#include "base/error.h"
#include "ukernel/core/core.h"
#include "ukernel/module_list.h"

namespace kmodern::ukernel {

// Runs it on a fresh thread, for whom the calling one acts, and waits for its end. What it waits
// for interruptibly ends once `interrupted` says so. Errors: EAGAIN and ENOMEM where there can be
// no thread.
Result<core::CallResult> run_in_thread(core::Core& core, const std::function<long()>& function,
                                       const Interrupted& interrupted = {});

}  // namespace kmodern::ukernel
