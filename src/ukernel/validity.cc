#include "ukernel/validity.h"

#include <elf.h>
#include <fmt/core.h>

#include <cstddef>
#include <optional>

namespace kmodern::ukernel {

namespace {

constexpr std::uint16_t machine = EM_X86_64;

// The fields are read as those of a 64-bit little-endian object, whatever e_ident says: of it the
// kernel compares the first four bytes only.
struct SectionHeader {
  std::uint32_t name = 0, type = 0, link = 0;
  std::uint64_t flags = 0, address = 0, offset = 0, size = 0;
};

SectionHeader section_at(ByteView image, std::uint64_t at) {
  const auto word = [&](std::size_t field) {
    return image.number<std::uint32_t>(at + field).value_or(0);
  };
  const auto wide = [&](std::size_t field) {
    return image.number<std::uint64_t>(at + field).value_or(0);
  };
  return {.name = word(offsetof(Elf64_Shdr, sh_name)),
          .type = word(offsetof(Elf64_Shdr, sh_type)),
          .link = word(offsetof(Elf64_Shdr, sh_link)),
          .flags = wide(offsetof(Elf64_Shdr, sh_flags)),
          .address = wide(offsetof(Elf64_Shdr, sh_addr)),
          .offset = wide(offsetof(Elf64_Shdr, sh_offset)),
          .size = wide(offsetof(Elf64_Shdr, sh_size))};
}

// As signed numbers where the kernel prints them so.
int printed(std::uint32_t number) { return static_cast<int>(number); }

std::string invalid_section(ByteView image, std::uint32_t index, std::uint32_t count,
                            const SectionHeader& section, const SectionHeader& names) {
  if (section.type == SHT_NULL || section.type == SHT_NOBITS) return {};
  if (section.type == SHT_SYMTAB && (section.link == SHN_UNDEF || section.link >= count)) {
    return fmt::format("Invalid ELF sh_link!=SHN_UNDEF({}) or (sh_link({}) >= hdr->e_shnum({})",
                       printed(section.link), printed(section.link), count);
  }
  if (!image.contains(section.offset, section.size))
    return fmt::format("Invalid ELF section in module (section {} type {})", index, section.type);
  if ((section.flags & SHF_ALLOC) != 0 && section.name >= names.size) {
    return fmt::format("Invalid ELF section name in module (section {} type {})", index,
                       section.type);
  }
  return {};
}

}  // namespace

std::string invalid_elf(ByteView image) {
  if (image.size() < sizeof(Elf64_Ehdr))
    return fmt::format("Invalid ELF header len {}", image.size());
  const auto half = [&](std::size_t field) { return *image.number<std::uint16_t>(field); };
  if (!image.text().starts_with(ELFMAG)) return "Invalid ELF header magic: != " ELFMAG;
  if (const auto type = half(offsetof(Elf64_Ehdr, e_type)); type != ET_REL)
    return fmt::format("Invalid ELF header type: {} != {}", type, ET_REL);
  if (const auto its = half(offsetof(Elf64_Ehdr, e_machine)); its != machine)
    return fmt::format("Invalid architecture in ELF header: {}", its);
  if (half(offsetof(Elf64_Ehdr, e_shentsize)) != sizeof(Elf64_Shdr))
    return "Invalid ELF section header size";

  const auto table = *image.number<std::uint64_t>(offsetof(Elf64_Ehdr, e_shoff));
  const std::uint32_t count = half(offsetof(Elf64_Ehdr, e_shnum));
  if (table >= image.size() || count * sizeof(Elf64_Shdr) > image.size() - table)
    return "Invalid ELF section header overflow";
  const auto section = [&](std::uint32_t index) {
    return section_at(image, table + index * sizeof(Elf64_Shdr));
  };

  const std::uint32_t name_index = half(offsetof(Elf64_Ehdr, e_shstrndx));
  if (name_index == SHN_UNDEF || name_index >= count) {
    return fmt::format("Invalid ELF section name index: {} || e_shstrndx ({}) >= e_shnum ({})",
                       name_index, name_index, count);
  }
  const SectionHeader names = section(name_index);
  const auto text = image.slice(names.offset, names.size);
  if (!text) return fmt::format("Invalid ELF section hdr(type {})", names.type);
  if (text->empty()) return "empty section name table";
  if (text->text().back() != '\0')
    return "ELF Spec violation: section name table isn't null terminated";
  if (const SectionHeader first = section(0);
      first.type != SHT_NULL || first.size != 0 || first.address != 0) {
    return fmt::format("ELF Spec violation: section 0 type({})!=SH_NULL or non-zero len or addr",
                       printed(first.type));
  }
  for (std::uint32_t index = 1; index < count; ++index) {
    if (auto wrong = invalid_section(image, index, count, section(index), names); !wrong.empty())
      return wrong;
  }
  return {};
}

}  // namespace kmodern::ukernel
