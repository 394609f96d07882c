// The load of a module: kernel/module/main.c's load_module() as a recipe.
#pragma once

#include "base/error.h"
#include "kernel/kernel.h"
#include "module/module.h"
#include "ukernel/context.h"

namespace kmodern::ukernel {

// From a file to a live module. Any number of threads may load at once. A step that fails undoes
// the earlier ones; what the kernel would log is in context.log. Errors, as of finit_module(2):
// ENOEXEC for what this kernel cannot take (and why), EEXIST, EBUSY, ENOENT and EINVAL for imports,
// EINVAL... for parameters, ENOMEM, and whatever init returned. EFAULT: the module's code faulted
// on the way; it is pinned.
Result<void> load(Context& context, module::ModuleFile& file, const kernel::LoadOptions& options);

}  // namespace kmodern::ukernel
