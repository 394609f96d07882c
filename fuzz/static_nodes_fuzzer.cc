// modules.devname: of any text only nodes below /dev are taken.
#include <cstdlib>

#include "database/static_nodes.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& node : database::read_static_nodes(text, "modules.devname").nodes) {
    if (("/" + node.path + "/").find("/../") != std::string::npos) std::abort();
    if (node.path.starts_with('/') || node.major >= 1 << 12 || node.minor >= 1 << 20) std::abort();
  }
  return 0;
}
