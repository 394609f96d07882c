// A bzImage or vmlinux. Property: every export's name can be read to its end, and what is built in
// has names; an error names the file.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "module/built_in.h"
#include "module/kernel_image.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto image =
      module::KernelImage::from_memory(ByteView(std::as_bytes(std::span(data, size))), "input");
  if (!image) {
    if (image.error().subject != "input") std::abort();
    return 0;
  }
  if (const auto memory = module::ImageMemory::of(*image)) {
    if (const auto built_in = module::built_in_modules(*image, *memory)) {
      for (const auto& [name, part] : *built_in) {
        for (const auto& parameter : part.parameters) {
          if (parameter.mode == 0) std::abort();
        }
      }
    }
  }
  auto exports = image->exports();
  if (!exports) return 0;
  std::size_t length = 0;
  for (const auto& symbol : *exports) length += symbol.name.size() + symbol.symbol_namespace.size();
  if (length == 0 && !exports->empty()) std::abort();
  return 0;
}
