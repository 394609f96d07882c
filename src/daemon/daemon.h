// The daemon: what main() runs when the command line is read.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "kerneld/settings.h"

namespace kmodern::daemon {

struct Options {
  std::string kernel;  // as kernel::open() takes it
  std::string config = kerneld::config_path();
  std::string root;                                // of the tree that holds lib/modules
  std::vector<std::string> modprobe_config_paths;  // in place of modprobe.d's folders
  std::string socket;                              // of control; empty: as the configuration says
};

// Serves until SIGTERM or SIGINT, and then ends well. Errors: what keeps it from starting; that the
// kernel has gone.
Result<void> run(const Options& options);

}  // namespace kmodern::daemon
