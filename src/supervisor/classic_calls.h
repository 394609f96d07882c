// The module system calls of Linux 2.1.18 to 2.4 as supervised programs make them.
#pragma once

#include <optional>

#include "supervisor/notification.h"
#include "supervisor/supervisor.h"

namespace kmodern::supervisor {

// What the call gives: >= 0, or -errno. nullopt: it is none of these calls. delete_module is one
// for a null name; init_module if its first argument names what create_module has made and nobody
// has initialized: it kept its number, not its arguments.
std::optional<long> classic_result(const Notification& call, const Caller& caller, Served& served);

}  // namespace kmodern::supervisor
