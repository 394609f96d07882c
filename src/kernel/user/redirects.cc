#include "kernel/user/redirects.h"

#include <unistd.h>

namespace kmodern::kernel {

std::vector<Redirect> redirects_below(const std::string& root) {
  if (root.empty()) return {};
  // Without a merged /usr both names are given, and mean the same.
  const bool merged = ::access((root + "/usr/lib/modules").c_str(), F_OK) == 0;
  return {{"/lib/modules", root + "/lib/modules"},
          {"/usr/lib/modules", root + (merged ? "/usr" : "") + "/lib/modules"},
          {"/boot", root + "/boot"}};
}

}  // namespace kmodern::kernel
