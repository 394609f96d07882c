// Module.symvers and System.map. Property: whatever is given back lies in the text; an error says
// something.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "module/symvers.h"
#include "module/system_map.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto inside = [&](std::string_view piece) {
    return piece.empty() || (piece.data() >= text.data() &&
                             piece.data() + piece.size() <= text.data() + text.size());
  };
  auto symvers = module::parse_symvers(text, "input");
  if (!symvers && symvers.error().reason.empty()) std::abort();
  if (symvers)
    for (const auto& entry : *symvers)
      if (!inside(entry.name) || !inside(entry.module) || !inside(entry.symbol_namespace))
        std::abort();
  auto map = module::parse_system_map(text, "input");
  if (!map && map.error().reason.empty()) std::abort();
  if (map)
    for (const auto& entry : module::exported(*map))
      if (!inside(entry.name)) std::abort();
  return 0;
}
