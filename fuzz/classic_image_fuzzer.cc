// The image that init_module(2) of Linux 2.1.18 to 2.4 takes. The input is a list of changes
// (offset, byte) to a good one, or, where it does not divide into such, an image itself. Property:
// what is accepted lies inside of the image, and its code in pages that are not written to.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "elf/layout.h"
#include "ukernel/classic/struct_module.h"

using namespace kmodern;
namespace classic = kmodern::kernel::classic;

namespace {

constexpr std::uint64_t address = 0x10000000;
constexpr std::uint64_t size = 0x3000;

// Two symbols, one dependency, a page of code and one of constants.
std::string good_image() {
  std::string image(size, '\0');
  auto put = [&](std::uint64_t at, std::uint64_t value) {
    std::memcpy(image.data() + at, &value, sizeof value);
  };
  put(classic::at::size_of_struct, classic::header_size);
  put(classic::at::name, address + 0x100);
  image.replace(0x100, 6, "module");
  put(classic::at::size, size);
  put(classic::at::flags, classic::autoclean);
  put(classic::at::nsyms, 2 | std::uint64_t{1} << 32);  // and ndeps
  put(classic::at::syms, address + 0x200);
  put(classic::at::deps, address + 0x300);
  put(classic::at::init, address + 0x1000);
  put(classic::at::cleanup, address + 0x1010);
  put(classic::at::archdata_start, address + 0x400);
  put(classic::at::archdata_end, address + 0x400 + 2 * classic::page_range_size);
  put(0x208, address + 0x120);
  put(0x218, address + 0x128);
  image.replace(0x120, 3, "one").replace(0x128, 3, "two");
  put(0x400, 0x1000);
  put(0x408, 0x1000);
  put(0x418, 0x2000);
  put(0x420, 0x1000);
  put(0x428, 1);
  return image;
}

void check(const ukernel::classic::StructModule& module, std::size_t image) {
  if (module.size > image || module.header > module.size) std::abort();
  std::uint64_t end = elf::page_size;
  for (const classic::PageRange& range : module.pages) {
    if (range.offset < end || range.size > size || range.offset > size - range.size) std::abort();
    end = range.offset + range.size;
  }
  for (std::uint64_t function : {module.init, module.cleanup})
    if (function != 0 && (function < address + elf::page_size || function >= address + module.size))
      std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
  static const std::string good = good_image();
  std::string image = good;
  if (length % 3 == 0) {
    for (std::size_t i = 0; i < length; i += 3)
      image[(data[i] | data[i + 1] << 8) % image.size()] = static_cast<char>(data[i + 2]);
  } else {
    image.assign(reinterpret_cast<const char*>(data), length);
  }
  auto module = ukernel::classic::read_struct_module(ByteView(image), address, size, "module");
  if (length == 0 && (!module || module->symbols.size() != 2)) std::abort();
  if (module) check(*module, image.size());
  return 0;
}
