// What a module that is being loaded takes from the kernel and from other modules.
#pragma once

#include "base/error.h"
#include "ukernel/checks.h"
#include "ukernel/context.h"
#include "ukernel/link/link.h"

namespace kmodern::ukernel {

// Finds it, waiting for modules whose init still runs. Whose symbols are taken is held by `user`
// from then on, also where another one cannot be had. The log has a line for each of these, and the
// error tells what the core knows of them. Errors: ENOENT, EINVAL, EBUSY, EINTR.
Result<link::Resolved> resolve_imports(Context& context, Module& user, const link::Source& source,
                                       const Verdict& verdict, const Interrupted& interrupted);

}  // namespace kmodern::ukernel
