// The entry of the ELF layer: a bounds-checked reading of ELF objects, 32 and 64 bit, both byte
// orders. All numbers come out widened to 64 bit and in this machine's byte order, so that no
// reader above asks which of the four formats it has. Rules: System V gABI; constants have their
// names from <elf.h>.
#pragma once

#include <elf.h>

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "elf/input.h"

namespace kmodern::elf {

// Class and byte order.
struct Format {
  bool is_64 = true;
  std::endian order = std::endian::little;
};

struct Header {
  Format format;
  std::uint16_t type = 0;     // ET_REL for a module, ET_EXEC for a kernel
  std::uint16_t machine = 0;  // EM_X86_64...
  std::uint32_t flags = 0;
  std::uint64_t section_table_offset = 0;
  std::uint32_t section_count = 0;
  std::uint32_t name_section = 0;  // index of the section that holds the section names
};

struct Section {
  std::string_view name;
  std::uint32_t index = 0;
  std::uint32_t type = 0;   // SHT_*
  std::uint64_t flags = 0;  // SHF_*
  std::uint64_t address = 0;
  std::uint64_t offset = 0;  // in the file
  std::uint64_t size = 0;    // bytes, in memory; SHT_NOBITS has none in the file
  std::uint32_t link = 0;
  std::uint32_t info = 0;
  std::uint64_t alignment = 1;  // a power of two, at least 1
  std::uint64_t entry_size = 0;

  bool in_file() const { return type != SHT_NOBITS && type != SHT_NULL; }
  bool allocated() const { return (flags & SHF_ALLOC) != 0; }
};

struct Symbol {
  std::uint32_t name = 0;  // offset in the string table
  std::uint64_t value = 0;
  std::uint64_t size = 0;
  std::uint16_t section = 0;  // SHN_*
  std::uint8_t info = 0;

  std::uint8_t binding() const { return info >> 4; }
  std::uint8_t type() const { return info & 15; }
  bool undefined() const { return section == SHN_UNDEF; }
};

struct Relocation {
  std::uint64_t offset = 0;  // in the section that is relocated
  std::uint32_t symbol = 0;  // index in the symbol table
  std::uint32_t type = 0;    // R_<machine>_*
  std::int64_t addend = 0;   // 0 where the format keeps it in place (SHT_REL)
};

// A table of symbols and their names.
class SymbolTable {
 public:
  SymbolTable() = default;
  // `first`: the number in the object of the first of them.
  SymbolTable(Format format, Bytes symbols, Bytes strings, std::uint32_t first)
      : format_(format), memory_{std::move(symbols), std::move(strings)}, first_(first) {
    symbols_ = memory_[0];
    strings_ = memory_[1];
  }
  // In `both` the symbols take `size` bytes, and the strings the rest.
  SymbolTable(Format format, Bytes both, std::uint64_t size, std::uint32_t first)
      : format_(format), memory_{std::move(both)}, first_(first) {
    symbols_ = memory_[0].view().slice(0, size).value_or(ByteView());
    strings_ = memory_[0].view().from(size).value_or(ByteView());
  }

  std::uint32_t size() const;
  // The number in the object of the first symbol here.
  std::uint32_t first() const { return first_; }
  Symbol operator[](std::uint32_t index) const;  // index < size()
  // nullopt where the name's offset lies outside of the string table.
  std::optional<std::string_view> name(const Symbol& symbol) const {
    return strings_.c_string(symbol.name);
  }
  // Whether the name begins so; cheaper than to ask for the name.
  bool name_starts_with(const Symbol& symbol, std::string_view start) const {
    const auto name = strings_.slice(symbol.name, start.size());
    return name && name->text() == start;
  }

 private:
  Format format_;
  std::array<Bytes, 2> memory_;  // what the views are of
  ByteView symbols_;
  ByteView strings_;
  std::uint32_t first_ = 0;
};

// A view on one SHT_RELA or SHT_REL section.
class RelocationTable {
 public:
  RelocationTable() = default;
  RelocationTable(Format format, bool with_addend, Bytes bytes)
      : format_(format), with_addend_(with_addend), bytes_(std::move(bytes)) {}

  std::size_t size() const;
  Relocation operator[](std::size_t index) const;  // index < size()

 private:
  Format format_;
  bool with_addend_ = true;
  Bytes bytes_;
};

// An ELF object whose header and section table are known to be sound: every section with bytes in
// the file lies inside of it, every name, link and info index is in range.
class Object {
 public:
  // Errors: ENOEXEC with the file offset of what is wrong; EIO.
  static Result<Object> open(Input input);

  const std::string& path() const { return input_.path(); }
  std::uint64_t file_size() const { return input_.size(); }  // bytes, decompressed
  const Input& input() const { return input_; }
  const Header& header() const { return header_; }
  std::span<const Section> sections() const { return sections_; }

  // The first section of that name; nullptr if there is none.
  const Section* find(std::string_view name) const;
  // The first section of that type; nullptr if there is none.
  const Section* find_type(std::uint32_t type) const;

  // The bytes of a section; SHT_NOBITS gives none.
  Result<Bytes> read(const Section& section) const;
  // The bytes of the first section of that name; empty if there is none.
  Result<Bytes> read(std::string_view name) const;

  // The symbol table (the first SHT_SYMTAB); empty if the object has none. Without locals only what
  // follows them there: the global and weak symbols.
  Result<SymbolTable> symbols(bool with_locals = true) const;
  // The relocations in a SHT_RELA or SHT_REL section.
  Result<RelocationTable> relocations(const Section& section) const;

  // An ENOEXEC error about this file at this offset.
  std::unexpected<Error> malformed(std::uint64_t offset, std::string_view what) const;
  // The same for a symbol whose name lies outside of the string table; `index` is that in
  // `symbols`.
  std::unexpected<Error> unnamed(const SymbolTable& symbols, std::uint32_t index) const;

 private:
  explicit Object(Input input) : input_(std::move(input)) {}
  Result<void> read_header();
  Result<void> read_sections();

  Input input_;
  Header header_;
  std::vector<Section> sections_;
  Bytes names_;  // what the sections' names borrow from
};

}  // namespace kmodern::elf
