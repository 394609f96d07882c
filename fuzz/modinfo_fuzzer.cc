// The .modinfo section alone. Property: every entry's key and value lie inside of the section, in
// order.
#include <cstdint>
#include <cstdlib>

#include "module/module.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view section(reinterpret_cast<const char*>(data), size);
  const auto info = module::Modinfo::parse(Bytes::borrowed(ByteView(section)));
  const char* at = section.data();
  for (const auto& entry : info.entries()) {
    if (entry.key.data() < at || entry.key.find('=') != std::string_view::npos) std::abort();
    at = entry.value.data() + entry.value.size();
    if (at > section.data() + section.size()) std::abort();
    if (!info.first(entry.key)) std::abort();
  }
  module::parameters(info);
  return 0;
}
