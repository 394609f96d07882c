#include "elf/elf.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace kmodern::elf {

namespace {

// Reads the fields of one entry in the order in which they stand, so that the four layouts read as
// <elf.h> writes them. Reading past the end sets a mark instead of failing at each step.
class Fields {
 public:
  Fields(ByteView bytes, Format format) : bytes_(bytes), format_(format) {}

  std::uint8_t byte() { return take<std::uint8_t>(); }
  std::uint16_t half() { return take<std::uint16_t>(); }
  std::uint32_t word() { return take<std::uint32_t>(); }
  std::uint64_t wide() { return take<std::uint64_t>(); }
  // 4 bytes in a 32-bit object, 8 in a 64-bit one: addresses, offsets, sizes.
  std::uint64_t natural() { return format_.is_64 ? wide() : word(); }
  void skip(std::uint64_t count) { at_ += count; }

 private:
  template <typename T>
  T take() {
    T value = bytes_.number<T>(at_, format_.order).value_or(0);
    at_ += sizeof(T);
    return value;
  }

  ByteView bytes_;
  Format format_;
  std::uint64_t at_ = 0;
};

// Entry `index` of a table, if it is written as this machine writes it: the tables of a module have
// a million of them.
template <typename Entry>
std::optional<Entry> native_entry(ByteView table, Format format, std::uint64_t index) {
  if (!format.is_64 || format.order != std::endian::native) return std::nullopt;
  if (!table.contains(index * sizeof(Entry), sizeof(Entry))) return std::nullopt;
  Entry entry;
  std::memcpy(&entry, table.span().data() + index * sizeof(Entry), sizeof(Entry));
  return entry;
}

// How far before the section table its names are looked for first; Debian's modules need 944 bytes.
constexpr std::uint64_t names_before_table = 1024;

constexpr std::uint64_t header_size(Format format) {
  return format.is_64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
}
constexpr std::uint64_t section_entry_size(Format format) {
  return format.is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
}
constexpr std::uint64_t symbol_entry_size(Format format) {
  return format.is_64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
}
constexpr std::uint64_t relocation_entry_size(Format format, bool with_addend) {
  if (with_addend) return format.is_64 ? sizeof(Elf64_Rela) : sizeof(Elf32_Rela);
  return format.is_64 ? sizeof(Elf64_Rel) : sizeof(Elf32_Rel);
}

Section parse_section(ByteView table, Format format, std::uint32_t index, std::uint32_t& name) {
  Section section;
  section.index = index;
  if (const auto entry = native_entry<Elf64_Shdr>(table, format, index)) {
    name = entry->sh_name;
    section.type = entry->sh_type;
    section.flags = entry->sh_flags;
    section.address = entry->sh_addr;
    section.offset = entry->sh_offset;
    section.size = entry->sh_size;
    section.link = entry->sh_link;
    section.info = entry->sh_info;
    section.alignment = entry->sh_addralign;
    section.entry_size = entry->sh_entsize;
    return section;
  }
  const std::uint64_t size = section_entry_size(format);
  Fields fields(table.slice(index * size, size).value_or(ByteView()), format);
  name = fields.word();
  section.type = fields.word();
  section.flags = fields.natural();
  section.address = fields.natural();
  section.offset = fields.natural();
  section.size = fields.natural();
  section.link = fields.word();
  section.info = fields.word();
  section.alignment = fields.natural();
  section.entry_size = fields.natural();
  return section;
}

// What a file that is not ELF seems to be, for the person who mistook it.
std::string_view looks_like(ByteView start) {
  std::string_view text = start.text();
  if (text.empty()) return "the file is empty";
  if (text.starts_with("\x7f"
                       "ELF"))
    return "the file ends inside of its ELF header";
  if (text.starts_with("#!")) return "it is a script";
  if (text.starts_with("!<arch>")) return "it is an archive (.a or .deb), not a module";
  for (char character : text.substr(0, 64)) {
    auto byte = static_cast<unsigned char>(character);
    if (byte < 32 && byte != '\n' && byte != '\t' && byte != '\r') return "it is not an ELF file";
  }
  return "it is a text file";
}

}  // namespace

std::uint32_t SymbolTable::size() const {
  return static_cast<std::uint32_t>(symbols_.size() / symbol_entry_size(format_));
}

Symbol SymbolTable::operator[](std::uint32_t index) const {
  if (const auto entry = native_entry<Elf64_Sym>(symbols_, format_, index)) {
    Symbol symbol;
    symbol.name = entry->st_name;
    symbol.info = entry->st_info;
    symbol.section = entry->st_shndx;
    symbol.value = entry->st_value;
    symbol.size = entry->st_size;
    return symbol;
  }
  std::uint64_t entry = symbol_entry_size(format_);
  Fields fields(symbols_.slice(index * entry, entry).value_or(ByteView()), format_);
  Symbol symbol;
  symbol.name = fields.word();
  if (format_.is_64) {
    symbol.info = fields.byte();
    fields.skip(1);
    symbol.section = fields.half();
    symbol.value = fields.wide();
    symbol.size = fields.wide();
  } else {
    symbol.value = fields.word();
    symbol.size = fields.word();
    symbol.info = fields.byte();
    fields.skip(1);
    symbol.section = fields.half();
  }
  return symbol;
}

std::size_t RelocationTable::size() const {
  return bytes_.size() / relocation_entry_size(format_, with_addend_);
}

Relocation RelocationTable::operator[](std::size_t index) const {
  if (with_addend_) {
    if (const auto entry = native_entry<Elf64_Rela>(bytes_.view(), format_, index)) {
      Relocation relocation;
      relocation.offset = entry->r_offset;
      relocation.symbol = static_cast<std::uint32_t>(ELF64_R_SYM(entry->r_info));
      relocation.type = static_cast<std::uint32_t>(ELF64_R_TYPE(entry->r_info));
      relocation.addend = entry->r_addend;
      return relocation;
    }
  }
  std::uint64_t entry = relocation_entry_size(format_, with_addend_);
  Fields fields(bytes_.view().slice(index * entry, entry).value_or(ByteView()), format_);
  Relocation relocation;
  relocation.offset = fields.natural();
  std::uint64_t info = fields.natural();
  relocation.symbol = static_cast<std::uint32_t>(format_.is_64 ? info >> 32 : info >> 8);
  relocation.type = static_cast<std::uint32_t>(format_.is_64 ? info & 0xffffffff : info & 0xff);
  if (with_addend_) {
    relocation.addend = format_.is_64 ? static_cast<std::int64_t>(fields.wide())
                                      : static_cast<std::int32_t>(fields.word());
  }
  return relocation;
}

Result<Object> Object::open(Input input) {
  Object object(std::move(input));
  TRY_OK(object.read_header());
  TRY_OK(object.read_sections());
  return object;
}

std::unexpected<Error> Object::malformed(std::uint64_t offset, std::string_view what) const {
  return fail(ENOEXEC, input_.path(), fmt::format("at offset {:#x}: {}", offset, what),
              "the file is damaged: build or install it again");
}

Result<void> Object::read_header() {
  const ByteView view = input_.head();
  if (!view.text().starts_with(ELFMAG) || view.size() < EI_NIDENT) {
    return fail(ENOEXEC, input_.path(), fmt::format("is not a module: {}", looks_like(view)),
                "a module is an ELF object file, NAME.ko");
  }
  auto file_class = static_cast<unsigned char>(view.span()[EI_CLASS]);
  auto data = static_cast<unsigned char>(view.span()[EI_DATA]);
  if (file_class != ELFCLASS32 && file_class != ELFCLASS64) {
    return malformed(EI_CLASS, fmt::format("ELF class {} is neither 32 nor 64 bit", file_class));
  }
  if (data != ELFDATA2LSB && data != ELFDATA2MSB) {
    return malformed(EI_DATA, fmt::format("ELF data encoding {} is no byte order", data));
  }
  header_.format = {file_class == ELFCLASS64,
                    data == ELFDATA2LSB ? std::endian::little : std::endian::big};
  if (view.size() < header_size(header_.format))
    return malformed(view.size(), "the file ends inside of its ELF header");

  Fields fields(view, header_.format);
  fields.skip(EI_NIDENT);
  header_.type = fields.half();
  header_.machine = fields.half();
  fields.word();     // e_version
  fields.natural();  // e_entry
  fields.natural();  // e_phoff
  header_.section_table_offset = fields.natural();
  header_.flags = fields.word();
  fields.skip(6);  // e_ehsize, e_phentsize, e_phnum
  std::uint16_t entry_size = fields.half();
  header_.section_count = fields.half();
  header_.name_section = fields.half();
  if (entry_size != section_entry_size(header_.format)) {
    return malformed(header_.format.is_64 ? offsetof(Elf64_Ehdr, e_shentsize)
                                          : offsetof(Elf32_Ehdr, e_shentsize),
                     fmt::format("a section header of {} bytes, where this class has {}",
                                 entry_size, section_entry_size(header_.format)));
  }
  return {};
}

Result<void> Object::read_sections() {
  const std::uint64_t entry = section_entry_size(header_.format);
  const std::uint64_t table = header_.section_table_offset;
  const std::uint64_t size = header_.section_count * entry;
  if (table > input_.size() || size > input_.size() - table) {
    return malformed(
        table,
        fmt::format("the section table ({} entries) reaches beyond the end of the file ({:#x})",
                    header_.section_count, input_.size()));
  }
  if (header_.section_count == 0) return malformed(table, "there are no sections");
  // Linkers write the sections' names right before the table: one read for both.
  const std::uint64_t begin = table - std::min(table, names_before_table);
  TRY(names_, input_.read(begin, table - begin + size));
  const ByteView entries = *names_.view().slice(table - begin, size);
  sections_.reserve(header_.section_count);
  std::vector<std::uint32_t> names(header_.section_count);
  for (std::uint32_t index = 0; index < header_.section_count; ++index) {
    Section section = parse_section(entries, header_.format, index, names[index]);
    const std::uint64_t where = table + index * entry;
    if (section.alignment == 0) section.alignment = 1;
    if (section.in_file() &&
        (section.offset > input_.size() || section.size > input_.size() - section.offset)) {
      return malformed(
          where,
          fmt::format("section {} has {:#x} bytes at {:#x}, beyond the end of the file ({:#x})",
                      index, section.size, section.offset, input_.size()));
    }
    if ((section.alignment & (section.alignment - 1)) != 0) {
      return malformed(where, fmt::format("section {} has alignment {}, not a power of two", index,
                                          section.alignment));
    }
    if (section.link >= header_.section_count) {
      return malformed(where, fmt::format("section {} is linked to section {} of {}", index,
                                          section.link, header_.section_count));
    }
    sections_.push_back(section);
  }
  if (header_.name_section >= header_.section_count) {
    return malformed(table, fmt::format("the section names are in section {} of {}",
                                        header_.name_section, header_.section_count));
  }
  const Section& holder = sections_[header_.name_section];
  if (!holder.in_file())
    return malformed(table + holder.index * entry, "the section of section names has no bytes");
  auto texts = holder.offset < begin ? std::nullopt
                                     : names_.view().slice(holder.offset - begin, holder.size);
  if (!texts) {
    TRY(names_, input_.read(holder.offset, holder.size));
    texts = names_.view();
  }
  for (Section& section : sections_) {
    auto name = texts->c_string(names[section.index]);
    if (!name && section.index == 0) continue;  // the null section needs no name
    if (!name) {
      return malformed(
          table + section.index * entry,
          fmt::format("the name of section {} lies outside of the section names", section.index));
    }
    section.name = *name;
  }
  return {};
}

const Section* Object::find(std::string_view name) const {
  for (const Section& section : sections_) {
    if (section.name == name) return &section;
  }
  return nullptr;
}

const Section* Object::find_type(std::uint32_t type) const {
  for (const Section& section : sections_) {
    if (section.type == type) return &section;
  }
  return nullptr;
}

Result<Bytes> Object::read(const Section& section) const {
  if (!section.in_file()) return Bytes();
  return input_.read(section.offset, section.size);
}

Result<Bytes> Object::read(std::string_view name) const {
  const Section* section = find(name);
  if (section == nullptr) return Bytes();
  return read(*section);
}

Result<SymbolTable> Object::symbols(bool with_locals) const {
  const Section* table = find_type(SHT_SYMTAB);
  if (table == nullptr) return SymbolTable();
  const std::uint64_t where =
      header_.section_table_offset + table->index * section_entry_size(header_.format);
  const std::uint64_t entry = symbol_entry_size(header_.format);
  if (table->size % entry != 0) {
    return malformed(where,
                     fmt::format("the symbol table's size {:#x} is no multiple of its entries' {}",
                                 table->size, entry));
  }
  const Section& strings = sections_[table->link];
  if (strings.type != SHT_STRTAB) {
    return malformed(
        where,
        fmt::format("the symbols' names are in section {}, which is no string table", table->link));
  }
  if (table->info > table->size / entry) {
    return malformed(where, fmt::format("of {} symbols the first {} are said to be local",
                                        table->size / entry, table->info));
  }
  const std::uint32_t first = with_locals ? 0 : table->info;
  const std::uint64_t skipped = first * entry;
  const std::uint64_t size = table->size - skipped;
  const std::uint64_t begin = table->offset + skipped;
  if (strings.offset != begin + size) {
    TRY(Bytes symbols, input_.read(begin, size));
    TRY(Bytes names, read(strings));
    return SymbolTable(header_.format, std::move(symbols), std::move(names), first);
  }
  // The names follow, as all linkers write them: one read for both.
  TRY(Bytes both, input_.read(begin, size + strings.size));
  return SymbolTable(header_.format, std::move(both), size, first);
}

std::unexpected<Error> Object::unnamed(const SymbolTable& symbols, std::uint32_t index) const {
  const std::uint64_t number = std::uint64_t{symbols.first()} + index;
  return malformed(find_type(SHT_SYMTAB)->offset + number * symbol_entry_size(header_.format),
                   fmt::format("the name of symbol {} lies outside of its string table", number));
}

Result<RelocationTable> Object::relocations(const Section& section) const {
  const bool with_addend = section.type == SHT_RELA;
  const std::uint64_t entry = relocation_entry_size(header_.format, with_addend);
  if (section.size % entry != 0) {
    return malformed(section.offset,
                     fmt::format("the relocations in {} have size {:#x}, no multiple of {}",
                                 section.name, section.size, entry));
  }
  TRY(Bytes bytes, read(section));
  return RelocationTable(header_.format, with_addend, std::move(bytes));
}

}  // namespace kmodern::elf
