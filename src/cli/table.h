// The table that lsmod prints.
#pragma once

#include <span>
#include <string>

#include "kernel/kernel.h"

namespace kmodern::cli {

// kmod's columns: name, size in bytes, use count, and the modules that use it. A use count that the
// kernel does not keep is "-".
std::string module_table(std::span<const kernel::LoadedModule> modules);

}  // namespace kmodern::cli
