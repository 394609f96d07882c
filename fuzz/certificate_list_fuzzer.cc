// A kernel image's data for the start, with a list of certificates in it somewhere. Property: each
// lies in the section, directly behind the one before.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "module/certificate_list.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView section(std::as_bytes(std::span(data, size)));
  const std::byte* next = nullptr;
  for (const ByteView one : module::find_certificate_list(section)) {
    if (one.data() < section.data() || one.data() + one.size() > section.data() + size)
      std::abort();
    if (next != nullptr && one.data() != next) std::abort();
    next = one.data() + one.size();
  }
  return 0;
}
