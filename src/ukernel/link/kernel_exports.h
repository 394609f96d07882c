// What a distribution's kernel gives to modules, from whichever of its files says it.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "ukernel/symbol_table.h"

namespace kmodern::ukernel::link {

struct KernelExports {
  std::vector<NamedDefinition> symbols;     // of the kernel itself
  std::vector<NamedDefinition> of_modules;  // Module.symvers only; addresses are made up
  std::string origin;                       // the file
};

// All addresses are moved below 2 GiB, where the modules are linked: a kernel address keeps its
// lowest 31 bits; Module.symvers has none, so that its symbols stand in a row.
inline constexpr std::uint64_t first_module_address = 0x10000000;

// Module.symvers of the headers package (usr/src/linux-headers-RELEASE or
// lib/modules/RELEASE/build), else a real System.map, else the image (see module/installed.h).
// `symvers` (empty: none) is taken instead of all of them. Errors: ENOENT with all that was tried.
Result<KernelExports> kernel_exports(const std::string& root, const std::string& release,
                                     const std::string& symvers);

}  // namespace kmodern::ukernel::link
