// Who a module is wanted for.
#pragma once

#include <string>

#include "kernel/requests.h"

namespace kmodern::ukernel {

// What /proc says of the process now; what it does not say is left empty. pid 0: the kernel itself,
// by its thread of that name.
kernel::Asker read_asker(int pid, const std::string& comm);

}  // namespace kmodern::ukernel
