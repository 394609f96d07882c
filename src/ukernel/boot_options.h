// What a user-space kernel is told when it starts, as a real one by its configuration and its
// command line.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ukernel/verifier.h"

namespace kmodern::ukernel {

struct BootOptions {
  // Its modules are below ROOT/lib/modules.
  std::string root;
  // MODULE_FORCE_LOAD and MODULE_FORCE_UNLOAD: without them nothing is loaded or removed by force.
  bool allow_force = true;
  // module_blacklist=: modules of these names are not loaded.
  std::vector<std::string> blacklist;
  // MODULE_SIG, with the keys; null: a kernel without it, which looks for no signature.
  std::shared_ptr<const Verifier> signatures;
  // module.sig_enforce: only what is signed by one of the keys is loaded.
  bool enforce_signatures = false;
};

}  // namespace kmodern::ukernel
