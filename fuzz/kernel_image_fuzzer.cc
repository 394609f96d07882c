// A bzImage or vmlinux. Property: every export's name can be read to its end; an error names the
// file.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "module/kernel_image.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto image =
      module::KernelImage::from_memory(ByteView(std::as_bytes(std::span(data, size))), "input");
  if (!image) {
    if (image.error().subject != "input") std::abort();
    return 0;
  }
  auto exports = image->exports();
  if (!exports) return 0;
  std::size_t length = 0;
  for (const auto& symbol : *exports) length += symbol.name.size() + symbol.symbol_namespace.size();
  if (length == 0 && !exports->empty()) std::abort();
  return 0;
}
