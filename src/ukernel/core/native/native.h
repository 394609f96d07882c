// The native core: the C API that modules built with the SDK call (api/), over a small platform
// (platform/). A function of the API is defined and exported in one file of api/, and declared and
// documented in the header of sdk/include/linux/ that Linux declares it in: nothing else needs to
// change to add one.
#pragma once

#include <memory>

#include "ukernel/core/core.h"

namespace kmodern::core {

// One per process: the C API finds the module system by itself. Takes over SIGSEGV, SIGBUS, SIGFPE,
// SIGILL and SIGTRAP; what is not module code's fault goes to whoever handled them before.
std::unique_ptr<Core> make_native_core();

}  // namespace kmodern::core
