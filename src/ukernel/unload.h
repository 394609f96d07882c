// The removal of a module: kernel/module/main.c's delete_module().
#pragma once

#include <string>

#include "base/error.h"
#include "kernel/kernel.h"
#include "ukernel/context.h"

namespace kmodern::ukernel {

// Runs the module's exit and gives back all that it had. Errors, in the order of the checks: ENOENT
// not loaded; EWOULDBLOCK modules or others use it, and who; EBUSY not live, pinned, or without an
// exit; EFAULT its exit faulted, EBUSY its exit left code running: it is pinned.
Result<void> unload(Context& context, const std::string& name,
                    const kernel::UnloadOptions& options);

}  // namespace kmodern::ukernel
