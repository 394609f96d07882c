// The load of a module: kernel/module/main.c's load_module() as a recipe.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "kernel/kernel.h"
#include "ukernel/context.h"

namespace kmodern::ukernel {

// What is loaded, for whom.
struct LoadRequest {
  ByteView image;           // of the file; may be compressed
  const std::string& path;  // for messages
  const kernel::LoadOptions& options;
  const Interrupted& interrupted;  // its waits for other modules end when this says so
};

// From a file to a live module. Any number of threads may load at once. A step that fails undoes
// the earlier ones; the log has the kernel's lines about it, and no line where the kernel has none.
// Errors, as of finit_module(2): ENOEXEC for what this kernel cannot take (and why), EPERM, EEXIST,
// EBUSY, EINTR, ENOENT and EINVAL for imports, EINVAL... for parameters, ENOMEM, and whatever init
// returned. EFAULT: the module's code faulted on the way; it is pinned.
Result<void> load(Context& context, const LoadRequest& request);

}  // namespace kmodern::ukernel
