#include "ukernel/facts.h"

#include <optional>

namespace kmodern::ukernel {

namespace {

constexpr std::uint64_t entry_size = 24;   // of a symbol; each has a letter for its type, too
constexpr std::uint64_t header_size = 32;  // struct mod_kallsyms

std::uint64_t align_up(std::uint64_t offset, std::uint64_t alignment) {
  return (offset + alignment - 1) & ~(alignment - 1);
}

// With CONFIG_KALLSYMS_ALL: what has a name and lies in memory that stays.
bool stays(const elf::Symbol& symbol, const elf::Layout& layout) {
  if (symbol.undefined() || symbol.name == 0 || symbol.section >= layout.sections.size())
    return false;
  const std::optional<elf::Place>& place = layout.sections[symbol.section];
  return place && place->area != elf::Area::init;
}

// The core memory ends with the symbols that stay, the init memory with all of them.
void add_symbol_table(const link::Source& source, const link::Image& image, Facts& facts) {
  const elf::Section* table = nullptr;
  for (const elf::Section& section : source.object->sections()) {
    if (section.type == SHT_SYMTAB && table == nullptr) table = &section;
  }
  if (table == nullptr) return;
  const elf::Section& strings = source.object->sections()[table->link];

  std::uint64_t kept = 0;
  for (std::uint32_t index = 0; index < source.symbols.size(); ++index) {
    const elf::Symbol symbol = source.symbols[index];
    if (index != 0 && !stays(symbol, image.layout)) continue;
    kept += entry_size + 1 + source.symbols.name(symbol).value_or("").size() + 1;
  }
  const std::uint64_t all =
      align_up(table->size + strings.size, alignof(void*)) + header_size + source.symbols.size();
  facts.symbols = {align_up(kept, elf::page_size), align_up(all, elf::page_size)};

  const link::Allocation* init = image.area(elf::Area::init);
  const link::Allocation* before = init != nullptr ? init : image.area(elf::Area::core);
  std::uint64_t address = 0;
  for (const link::Piece& piece : before != nullptr ? before->pieces() : link::Pieces())
    if (!piece.bytes.empty()) address = piece.address + piece.bytes.size();
  facts.sections.push_back({std::string(table->name), address});
  facts.sections.push_back({std::string(strings.name), address + table->size});
}

}  // namespace

Facts facts_of(const link::Source& source, const module::Modinfo& modinfo,
               const link::Image& image) {
  Facts facts;
  facts.version = modinfo.first("version").value_or("");
  facts.srcversion = modinfo.first("srcversion").value_or("");
  for (const elf::Section& section : source.object->sections()) {
    if (section.index >= image.sections.size()) continue;
    const elf::SectionMemory& memory = image.sections[section.index];
    const std::optional<elf::Place>& place = image.layout.sections[section.index];
    // Of per-CPU data every processor has its own.
    if (memory.bytes.empty() || place->area == elf::Area::per_cpu) continue;
    facts.sections.push_back({std::string(section.name), memory.address});
    if (section.type == SHT_NOTE)
      facts.notes.push_back(
          {std::string(section.name), std::string(ByteView(memory.bytes).text())});
  }
  add_symbol_table(source, image, facts);
  return facts;
}

}  // namespace kmodern::ukernel
