// The text of /proc/modules, read and written. One line per module, newest first:
//   NAME SIZE REFCNT HOLDERS STATE 0xADDRESS[ (TAINTS)]
// Source: Linux's kernel/module/procfs.c.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "kernel/kernel.h"

namespace kmodern::kernel {

// Errors: EBADMSG naming `path`, the line, and the field that cannot be understood.
Result<std::vector<LoadedModule>> parse_proc_modules(std::string_view text, std::string_view path);

// One line with its newline; parse_proc_modules gives back the same module.
std::string format_proc_module(const LoadedModule& module);

}  // namespace kmodern::kernel
