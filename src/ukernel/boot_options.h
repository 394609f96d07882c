// What a user-space kernel is told when it starts, as a real one by its configuration and its
// command line.
#pragma once

#include <string>
#include <vector>

namespace kmodern::ukernel {

struct BootOptions {
  // MODULE_FORCE_LOAD and MODULE_FORCE_UNLOAD: without them nothing is loaded or removed by force.
  bool allow_force = true;
  // module_blacklist=: modules of these names are not loaded.
  std::vector<std::string> blacklist;
};

}  // namespace kmodern::ukernel
