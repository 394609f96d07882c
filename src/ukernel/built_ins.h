// The parts of the kernel itself that /sys/module shows beside the modules.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ukernel/core/core.h"
#include "ukernel/module.h"

namespace kmodern::ukernel {

class BuiltIns {
 public:
  explicit BuiltIns(core::Core& core) : core_(core) {}

  // A record with its name, version and parameters, and nothing else; null if there is none. Any
  // thread; what it gives stays.
  Module* find(std::string_view name);
  std::vector<std::string> names() { return core_.built_in_names(); }

 private:
  core::Core& core_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Module>, std::less<>> known_;
};

}  // namespace kmodern::ukernel
