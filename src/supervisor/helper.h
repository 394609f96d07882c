// The programs that a user-space kernel runs, under its own supervision: an unmodified modprobe
// reaches this kernel, with the very environment that Linux gives it.
#pragma once

#include "supervisor/supervisor.h"
#include "ukernel/request/helper.h"

namespace kmodern::supervisor {

// As ukernel::RunHelper. Where no program can be supervised none is run: it would reach the running
// Linux.
void run_helper(const ukernel::HelperCommand& command, ukernel::HelperEvents& events,
                Served& served, const Options& options);

}  // namespace kmodern::supervisor
