// Paths that programs of a user-space kernel find elsewhere.
#pragma once

#include <string>
#include <vector>

namespace kmodern::kernel {

// Paths at or below `from` that a supervised program names are meant at or below `to`.
struct Redirect {
  std::string from;  // "/lib/modules"
  std::string to;    // "/srv/root/lib/modules"
};

// For a kernel whose modules are installed below the folder `root`, canonical; none for "".
std::vector<Redirect> redirects_below(const std::string& root);

}  // namespace kmodern::kernel
