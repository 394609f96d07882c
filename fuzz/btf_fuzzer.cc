// BTF, alone and on top of another. Property: every type that is there can be written out or is
// refused with words, in bounded time; a type does not differ from itself.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "module/btf_types.h"

using namespace kmodern;

namespace {

void write_out(const module::TypeSource& types) {
  for (std::string_view name : {"f", "g", "v"}) {
    auto type = module::type_of(types, name);
    if (!type) {
      if (type.error().reason.empty()) std::abort();
      continue;
    }
    type->version();
    if (!module::first_difference(*type, "here", *type, "there").empty()) std::abort();
    auto same = module::same_types(types, name, *type);
    if (!same && same.error().reason.empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t half = size == 0 ? 0 : std::size_t{data[0]} * size / 256;
  auto whole = module::read_btf(std::string(text), "input");
  if (!whole && whole.error().reason.empty()) std::abort();
  if (whole) write_out(**whole);
  auto base = module::read_btf(std::string(text.substr(0, half)), "base");
  if (!base) return 0;
  auto top = module::read_btf(std::string(text.substr(half)), "top", base->get());
  if (top) write_out(**top);
  return 0;
}
