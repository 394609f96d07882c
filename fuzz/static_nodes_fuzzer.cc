// modules.devname: of any text only nodes below /dev are taken.
#include <cstdlib>

#include "ukernel/view/static_nodes.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  for (const auto& [path, node] :
       ukernel::read_static_nodes({reinterpret_cast<const char*>(data), size})) {
    if (!path.starts_with("/dev/") || (path + "/").find("/../") != std::string::npos) std::abort();
    if (node.major >= 1 << 12 || node.minor >= 1 << 20) std::abort();
  }
  return 0;
}
