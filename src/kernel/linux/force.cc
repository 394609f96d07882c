#include "kernel/linux/force.h"

#include <cstring>
#include <string_view>

#include "elf/elf.h"
#include "module/signature.h"

namespace kmodern::kernel {
namespace {

// Zeroes every "vermagic=..." of a .modinfo section; the kernel passes over runs of NULs.
void erase_vermagic(std::span<std::byte> section) {
  char* text = reinterpret_cast<char*>(section.data());
  for (std::size_t at = 0; at < section.size();) {
    std::size_t length = ::strnlen(text + at, section.size() - at);
    if (std::string_view(text + at, length).starts_with("vermagic="))
      std::memset(text + at, 0, length);
    at += length + 1;
  }
}

// Clears SHF_ALLOC in the section's header.
void hide(std::span<std::byte> image, const elf::Header& header, const elf::Section& section) {
  const bool is_64 = header.format.is_64;
  const std::size_t entry_size = is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
  const std::size_t field_size = is_64 ? 8 : 4;
  // Object::open has seen that the whole section table lies in the image.
  std::size_t flags = header.section_table_offset + section.index * entry_size +
                      (is_64 ? offsetof(Elf64_Shdr, sh_flags) : offsetof(Elf32_Shdr, sh_flags));
  // SHF_ALLOC is a bit of the lowest byte.
  std::size_t low = header.format.order == std::endian::little ? flags : flags + field_size - 1;
  image[low] &= ~std::byte{SHF_ALLOC};
}

}  // namespace

Result<std::size_t> strip_marks(std::span<std::byte> image, const LoadOptions& options,
                                const std::string& path) {
  TRY(auto signature, module::find_signature(elf::Input::memory(ByteView(image), path)));
  std::size_t size = signature ? signature->signed_size : image.size();
  TRY(auto object, elf::Object::open(elf::Input::memory(ByteView(image), path)));
  for (const elf::Section& section : object.sections()) {
    if (options.ignore_vermagic && section.name == ".modinfo" && section.in_file())
      erase_vermagic(image.subspan(section.offset, section.size));
    if (options.ignore_modversions &&
        (section.name == "__versions" || section.name.starts_with("__version_ext_")))
      hide(image, object.header(), section);
  }
  return size;
}

}  // namespace kmodern::kernel
