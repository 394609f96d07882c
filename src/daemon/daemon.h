// The daemon: what main() runs when the command line is read.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "kerneld/policy_file.h"

namespace kmodern::daemon {

struct Options {
  std::string kernel;                              // as kernel::open() takes it
  std::string config{kerneld::policy_path};        // kerneld.toml
  std::string root;                                // of the tree that holds lib/modules
  std::vector<std::string> modprobe_config_paths;  // in place of modprobe.d's folders
  std::string socket;                              // of control; empty: the kernel's usual one
};

// Serves until SIGTERM or SIGINT, and then ends well. Errors: what keeps it from starting; that the
// kernel has gone.
Result<void> run(const Options& options);

}  // namespace kmodern::daemon
