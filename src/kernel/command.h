// Running the commands of install and remove lines.
#pragma once

#include <string>

#include "base/error.h"

namespace kmodern::kernel {

// Runs /bin/sh -c COMMAND with MODPROBE_MODULE=`module` in its environment and waits for it.
// Errors: EINVAL with how it ended, if not by exit status 0; what posix_spawn(3) says.
Result<void> run_command(const std::string& command, const std::string& module);

}  // namespace kmodern::kernel
