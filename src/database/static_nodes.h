// The device nodes of modules.devname: they are made at boot, before their modules are loaded, and
// opening one loads its module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern::database {

struct StaticNode {
  std::string module;
  std::string path;  // below /dev, and never out of it: "net/tun"
  bool block = false;
  unsigned major = 0;  // of 12 bits
  unsigned minor = 0;  // of 20 bits
};

struct StaticNodes {
  std::vector<StaticNode> nodes;  // in the order of the text
  std::vector<Error> errors;      // of each line that is none, EINVAL; the subject has its number
};

// `file` is the text's name, for errors.
StaticNodes read_static_nodes(std::string_view text, const std::string& file);

}  // namespace kmodern::database
