// What insmod did up to Linux 2.4: links an object file in user space, for the address that
// create_module(2) gives, and hands the image over by init_module(2).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "kernel/kernel.h"
#include "module/module.h"

namespace kmodern::ukernel::classic {

struct InsertOptions {
  std::string parameters;  // "name=value name=value", of MODULE_PARM
  bool autoclean = false;
  bool force = false;  // pass over kernel_version and versions of symbols
};

// True for an object that was made for this: no struct module is in it, as kbuild puts it into a
// .ko file.
bool is_classic(const module::ModuleFile& file);

// Gives what a person should know of it ("will taint the kernel: no license"). A load that fails
// leaves the kernel as it was. Errors: ENOEXEC for another machine, another kernel_version, what
// cannot be linked; ENOENT, EINVAL for symbols; EINVAL for parameters; those of the calls.
Result<std::vector<std::string>> insert(kernel::Kernel& kernel, kernel::classic::Calls& calls,
                                        module::ModuleFile& file, const InsertOptions& options);

}  // namespace kmodern::ukernel::classic
