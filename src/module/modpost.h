// The last step of building modules: what Linux's scripts/mod/modpost.c does for kbuild. From the
// linked object of each module (NAME.o) it makes NAME.mod.c, which names the module, what it
// depends on, where its init and exit are, and the versions of what it uses and exports; and
// Module.symvers, what they export.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace kmodern::module {

struct ModpostJob {
  std::vector<std::string> objects;  // paths of NAME.o, all modules of the build
  std::string kernel;        // the program or vmlinux whose __ksymtab they run on; may be empty
  std::string kernel_types;  // object of write_kernel_types()'s file; empty: the kernel's versions
  std::vector<std::string> symvers;  // Module.symvers of other builds (KBUILD_EXTRA_SYMBOLS)
  std::string output;                // the Module.symvers to write
};

// Writes NAME.mod.c beside each object, only where its text changes, and the output. Gives the
// warnings, one line each: exports without a version, unknown symbols with advice, symbols for
// GPL-compatible modules only, namespaces that are not imported, no MODULE_LICENSE. Errors: EEXIST
// for a symbol that two export; ENOEXEC, EINVAL for inputs that are damaged; those of the files.
Result<std::vector<std::string>> modpost(const ModpostJob& job);

// Writes the C file that says the types of what `kernel` exports (nothing if that is empty), by the
// headers in `include`.
Result<void> write_kernel_types(const std::string& kernel, const std::string& include,
                                const std::string& output);

}  // namespace kmodern::module
