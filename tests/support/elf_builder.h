// Builds small relocatable ELF objects in any of the four formats, for tests on machines whose
// compilers make one.
#pragma once

#include <elf.h>

#include <string>
#include <string_view>
#include <vector>

#include "elf/elf.h"

namespace kmodern::testing {

class ElfBuilder {
 public:
  struct Section {
    std::string name;
    std::uint32_t type = SHT_PROGBITS;
    std::uint64_t flags = 0;
    std::string bytes;
    std::uint32_t link = 0;
    std::uint32_t info = 0;
  };

  explicit ElfBuilder(elf::Format format) : format_(format) {}

  // The index of the new section.
  std::uint32_t add(Section section) {
    sections_.push_back(std::move(section));
    return static_cast<std::uint32_t>(sections_.size());  // 0 is the null section
  }

  // A number in the object's byte order.
  template <typename T>
  std::string number(T value) const {
    value = from_order(value, format_.order);
    return {reinterpret_cast<const char*>(&value), sizeof value};
  }
  std::string natural(std::uint64_t value) const {
    return format_.is_64 ? number(value) : number(static_cast<std::uint32_t>(value));
  }

  std::string symbol(std::uint32_t name, std::uint64_t value, std::uint16_t section,
                     std::uint8_t info) const {
    const std::string kind = number(info) + number<std::uint8_t>(0) + number(section);
    if (format_.is_64) return number(name) + kind + number(value) + number<std::uint64_t>(0);
    return number(name) + number(static_cast<std::uint32_t>(value)) + number<std::uint32_t>(0) +
           kind;
  }

  std::string relocation(std::uint64_t offset, std::uint32_t symbol, std::uint32_t type,
                         std::int64_t addend) const {
    const std::uint64_t info =
        format_.is_64 ? (std::uint64_t{symbol} << 32 | type) : (symbol << 8 | type);
    return natural(offset) + natural(info) + natural(static_cast<std::uint64_t>(addend));
  }

  std::string build() const {
    std::string names("\0.shstrtab\0", 11);
    std::string body;
    std::string table = header_entry(0, Section{.type = SHT_NULL}, 0, 0);
    const std::size_t header_size = format_.is_64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
    for (const Section& section : sections_) {
      table += header_entry(static_cast<std::uint32_t>(names.size()), section,
                            header_size + body.size(), section.bytes.size());
      names += section.name + '\0';
      body += section.bytes;
    }
    table += header_entry(1, Section{.type = SHT_STRTAB}, header_size + body.size(), names.size());
    body += names;
    return header(header_size + body.size()) + body + table;
  }

 private:
  std::string header_entry(std::uint32_t name, const Section& section, std::uint64_t offset,
                           std::uint64_t size) const {
    return number(name) + number(section.type) + natural(section.flags) + natural(0) +
           natural(offset) + natural(size) + number(section.link) + number(section.info) +
           natural(1) + natural(0);
  }

  std::string header(std::uint64_t table_offset) const {
    std::string text = ELFMAG;
    text += static_cast<char>(format_.is_64 ? ELFCLASS64 : ELFCLASS32);
    text += static_cast<char>(format_.order == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB);
    text += '\1';
    text.resize(EI_NIDENT);
    text +=
        number<std::uint16_t>(ET_REL) + number<std::uint16_t>(format_.is_64 ? EM_PPC64 : EM_PPC);
    text += number<std::uint32_t>(1) + natural(0) + natural(0) + natural(table_offset) +
            number<std::uint32_t>(0);
    text += number<std::uint16_t>(0) + number<std::uint16_t>(0) + number<std::uint16_t>(0);
    text += number<std::uint16_t>(format_.is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));
    text += number(static_cast<std::uint16_t>(sections_.size() + 2));
    text += number(static_cast<std::uint16_t>(sections_.size() + 1));
    return text;
  }

  elf::Format format_;
  std::vector<Section> sections_;
};

}  // namespace kmodern::testing
