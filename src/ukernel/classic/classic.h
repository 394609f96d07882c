// The entry of the classic interface: the module system calls of Linux 2.1.18 to 2.4, beside the
// ones of today on the same list of modules. A program links a module in user space,
// create_module() reserves its memory, init_module() takes the image; the sweep removes what is
// idle. Source of the rules: kernel/module.c of Linux 2.4.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "kernel/classic.h"
#include "ukernel/context.h"

namespace kmodern::ukernel::classic {

// The address of `size` bytes for a module of that name, which is "(uninitialized)" from now on.
// Errors: EINVAL for an empty name, one that no file can have, or less room than struct module and
// name need; ENAMETOOLONG from 4096 characters on; EEXIST; ENOMEM.
Result<std::uint64_t> create_module(Context& context, const std::string& name, std::uint64_t size);

// Takes the image over, holds what it depends on, and runs its init. Errors: ENOENT, EBUSY, those
// of read_struct_module(), EINVAL for a dependency that is no live module, EFAULT if init faulted
// (it is pinned), and what init returned (EBUSY for a positive number): then the module is
// "(uninitialized)" until it is deleted. Earlier errors leave the kernel as it was.
Result<void> init_module(Context& context, const std::string& name, ByteView image);

// Of a classic module; one that is not initialized has no cleanup to run. There is no force.
// Errors: ENOENT; EBUSY in use, by whom; EFAULT its cleanup faulted, it is pinned.
Result<void> delete_module(Context& context, const std::string& name,
                           const kernel::UnloadOptions& options);

// delete_module(NULL). Rounds over all modules, newest first, until one frees nothing: of those
// that are AUTOCLEAN, were used once and are idle, a VISITED one loses that mark (its second
// chance, for modules of today until the next sweep), any other goes. What only such a module used
// may go in the same sweep (JUST_FREED). The names of what has gone, in that order.
std::vector<std::string> sweep(Context& context);

// Of the kernel itself without a name. Errors: ENOENT, EINVAL.
Result<kernel::classic::Answer> query_module(Context& context,
                                             const std::optional<std::string>& name,
                                             kernel::classic::Query query);

// All exported symbols, newest module first, the kernel last; before each module's a pseudo symbol
// "#name" with the address of its struct module.
kernel::classic::Answer get_kernel_syms(Context& context);

// The text of /proc/modules and /proc/ksyms, as Linux 2.4 wrote them.
std::string modules_text(Context& context);
std::string ksyms_text(Context& context);

}  // namespace kmodern::ukernel::classic
