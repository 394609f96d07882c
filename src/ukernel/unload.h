// The removal of a module: kernel/module/main.c's delete_module().
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "kernel/kernel.h"
#include "ukernel/context.h"

namespace kmodern::ukernel {

// Runs the module's exit and gives back all that it had. Errors, in the order of the checks: ENOENT
// not loaded; EWOULDBLOCK modules or others use it, and who; EBUSY not live, pinned, or without an
// exit; EFAULT its exit faulted, EBUSY its exit left code running: it is pinned.
Result<void> unload(Context& context, const std::string& name,
                    const kernel::UnloadOptions& options);

// The second half of it, for a module that is going already: its exit, and all that it had.
// `left_behind` may be null; `by_sweep`: what it alone used may go in the same sweep. Errors:
// EFAULT, EBUSY, it is pinned; EAGAIN if there can be no more threads: it stays live.
Result<void> take_away(Context& context, Module& module, std::vector<std::string>* left_behind,
                       bool by_sweep);

}  // namespace kmodern::ukernel
