#include "elf/relocate.h"

#include <fmt/core.h>

#include "elf/x86_64.h"

namespace kmodern::elf {
namespace {

// One section's table being applied: all that a message needs to name the place.
struct Walk {
  const Object& object;
  const SymbolTable& names;
  const Section& table;
  const Section& target;
};

std::string symbol_name(const Walk& walk, std::uint32_t index) {
  if (index == 0 || index >= walk.names.size()) return fmt::format("symbol {}", index);
  Symbol symbol = walk.names[index];
  if (symbol.type() == STT_SECTION && symbol.section < walk.object.sections().size())
    return std::string(walk.object.sections()[symbol.section].name);
  return std::string(walk.names.name(symbol).value_or("a symbol without a name"));
}

std::unexpected<Error> refuse(const Walk& walk, const Relocation& relocation, std::string_view what,
                              std::string cure = {}) {
  return fail(ENOEXEC, walk.object.path(),
              fmt::format("{}, at {}+{:#x} ({}) for {}", what, walk.target.name, relocation.offset,
                          walk.table.name, symbol_name(walk, relocation.symbol)),
              std::move(cure));
}

std::unexpected<Error> refuse(const Walk& walk, const Relocation& relocation,
                              x86_64::Outcome outcome, std::uint64_t written) {
  // The words are those of arch/x86/kernel/module.c, as people search for them.
  std::string type = fmt::format("{} ({})", relocation.type, x86_64::type_name(relocation.type));
  switch (outcome) {
    case x86_64::Outcome::overflow:
      return refuse(walk, relocation,
                    fmt::format("overflow in relocation type {} val {:x}", type, written),
                    "likely not compiled with -mcmodel=kernel");
    case x86_64::Outcome::not_zero:
      return refuse(walk, relocation,
                    fmt::format("invalid relocation target, existing value is nonzero for type "
                                "{}, val {:x}",
                                type, written));
    case x86_64::Outcome::outside:
      return refuse(walk, relocation,
                    fmt::format("relocation type {} outside of the section's {:#x} bytes", type,
                                walk.target.size));
    case x86_64::Outcome::unknown_type:
    case x86_64::Outcome::done:
      break;
  }
  return refuse(walk, relocation, fmt::format("unknown rela relocation: {}", relocation.type),
                "build it with the flags of the kernel's own makefiles (no -fPIC, no TLS)");
}

Result<std::size_t> apply_table(const Walk& walk, SectionMemory memory,
                                std::span<const std::uint64_t> symbols) {
  TRY(RelocationTable table, walk.object.relocations(walk.table));
  for (std::size_t i = 0; i < table.size(); ++i) {
    Relocation relocation = table[i];
    if (relocation.symbol >= symbols.size())
      return refuse(
          walk, relocation,
          fmt::format("relocation for symbol {} of {}", relocation.symbol, symbols.size()));
    std::uint64_t value =
        symbols[relocation.symbol] + static_cast<std::uint64_t>(relocation.addend);
    std::uint64_t written = 0;
    auto outcome = x86_64::apply(relocation.type, memory.bytes, relocation.offset, memory.address,
                                 value, written);
    if (outcome != x86_64::Outcome::done) return refuse(walk, relocation, outcome, written);
  }
  return table.size();
}

}  // namespace

Result<void> can_relocate(const Object& object) {
  const Header& header = object.header();
  if (header.type != ET_REL)
    return fail(ENOEXEC, object.path(),
                fmt::format("an ELF file of type {}, not a relocatable object (type {})",
                            header.type, ET_REL),
                "give the .ko file that kbuild makes");
  bool format = header.format.is_64 && header.format.order == std::endian::little;
  if (header.machine != EM_X86_64 || !format)
    return fail(
        ENOEXEC, object.path(),
        fmt::format("is for ELF machine {}, {} bit, {} endian; only x86-64 (machine {}, 64 "
                    "bit, little endian) can be linked",
                    header.machine, header.format.is_64 ? 64 : 32,
                    header.format.order == std::endian::little ? "little" : "big", EM_X86_64),
        "give a module that was built for x86-64");
  return {};
}

Result<std::size_t> relocate(const Object& object, std::span<const SectionMemory> sections,
                             std::span<const std::uint64_t> symbols) {
  TRY_OK(can_relocate(object));
  TRY(SymbolTable names, object.symbols());
  const Section* symbol_section = object.find_type(SHT_SYMTAB);
  std::size_t applied = 0;
  for (const Section& table : object.sections()) {
    if (table.type != SHT_RELA && table.type != SHT_REL) continue;
    // What is not loaded needs no relocation (debug information).
    if (table.info >= object.sections().size() || table.info >= sections.size()) continue;
    if (sections[table.info].bytes.empty()) continue;
    if (table.type == SHT_REL)
      return object.malformed(table.offset, "REL relocations, which x86-64 does not use");
    if (symbol_section == nullptr || table.link != symbol_section->index)
      return object.malformed(table.offset,
                              fmt::format("{} refers to section {} for its symbols, which is not "
                                          "the symbol table",
                                          table.name, table.link));
    const Section& target = object.sections()[table.info];
    TRY(std::size_t count,
        apply_table({object, names, table, target}, sections[table.info], symbols));
    applied += count;
  }
  return applied;
}

}  // namespace kmodern::elf
