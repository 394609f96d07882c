// What a module gives and takes: __ksymtab and __kcrctab, the undefined symbols, __versions.
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>

#include "module/module.h"

namespace kmodern::module {

namespace {

// What a relocation makes of a field: a place in a section (section, value) or an absolute number.
struct Target {
  std::uint16_t section = SHN_UNDEF;
  std::uint64_t value = 0;
};

// The relocations of one table, by the offset of the field that they fill.
class Targets {
 public:
  static Result<Targets> of(const elf::Object& object, const elf::SymbolTable& symbols,
                            const elf::Section& table) {
    Targets targets;
    TRY(Bytes contents, object.read(table));
    for (const elf::Section& section : object.sections()) {
      if ((section.type != SHT_RELA && section.type != SHT_REL) || section.info != table.index)
        continue;
      TRY(elf::RelocationTable relocations, object.relocations(section));
      for (std::size_t index = 0; index < relocations.size(); ++index) {
        const elf::Relocation relocation = relocations[index];
        if (relocation.symbol >= symbols.size()) {
          return object.malformed(section.offset,
                                  fmt::format("relocation {} of {} names symbol {} of {}", index,
                                              section.name, relocation.symbol, symbols.size()));
        }
        const elf::Symbol symbol = symbols[relocation.symbol];
        std::uint64_t value = symbol.value + static_cast<std::uint64_t>(relocation.addend);
        if (section.type == SHT_REL) {  // the addend stands in the field
          value += contents.view()
                       .number<std::uint32_t>(relocation.offset, object.header().format.order)
                       .value_or(0);
        }
        targets.by_offset_.emplace(relocation.offset, Target{symbol.section, value});
      }
    }
    return targets;
  }

  bool empty() const { return by_offset_.empty(); }
  const Target* at(std::uint64_t offset) const {
    auto found = by_offset_.find(offset);
    return found == by_offset_.end() ? nullptr : &found->second;
  }

 private:
  std::unordered_map<std::uint64_t, Target> by_offset_;
};

// How the entries of a __ksymtab are made: fields of 4 bytes (relative, or any on 32-bit machines)
// or 8, and two of them (value, name) or, since 5.4, three (and namespace).
struct EntryShape {
  std::uint64_t field = 4;
  std::uint64_t fields = 3;
  std::uint64_t size() const { return field * fields; }
};

EntryShape shape_of(const Targets& targets, const elf::Section& table, std::uint16_t strings) {
  EntryShape shape;
  if (targets.at(4) == nullptr) shape.field = 8;
  const Target* third = targets.at(2 * shape.field);
  // A third field is a namespace's string, or absent for "none" where fields are absolute.
  const bool has_namespace = third == nullptr || third->section == strings;
  shape.fields = has_namespace && table.size % (3 * shape.field) == 0 ? 3 : 2;
  return shape;
}

// Since 7.0 there is one __ksymtab, and beside it a byte of flags for each of its entries.
constexpr std::string_view flag_table_name = "__kflagstab";
constexpr std::uint8_t gpl_only_flag = 1;

// The CRC of entry `index`: a number in the table, or what a relocation there refers to.
std::optional<std::uint32_t> crc_at(const elf::Object& object, const Targets& targets,
                                    ByteView crcs, std::uint64_t offset) {
  const std::endian order = object.header().format.order;
  const Target* target = targets.at(offset);
  if (target == nullptr) return crcs.number<std::uint32_t>(offset, order);
  if (target->section == SHN_ABS) return static_cast<std::uint32_t>(target->value);
  if (target->section == SHN_UNDEF || target->section >= object.sections().size())
    return std::nullopt;
  auto section = object.read(object.sections()[target->section]);
  if (!section) return std::nullopt;
  return section->view().number<std::uint32_t>(target->value, order);
}

}  // namespace

Result<const elf::SymbolTable*> ModuleFile::symbols() {
  if (!symbols_) {
    TRY(symbols_, object_.symbols());
  }
  return &*symbols_;
}

Result<ByteView> ModuleFile::keep(const elf::Section& section) {
  TRY(Bytes bytes, object_.read(section));
  kept_.push_back(std::move(bytes));
  return kept_.back().view();
}

Result<std::vector<Export>> ModuleFile::exports() {
  std::vector<Export> result;
  TRY_OK(add_exports("__ksymtab", "__kcrctab", false, result));
  TRY_OK(add_exports("__ksymtab_gpl", "__kcrctab_gpl", true, result));
  const elf::Section* strings = object_.find("__ksymtab_strings");
  if (!result.empty() || strings == nullptr) return result;
  TRY(ByteView names, keep(*strings));
  std::uint64_t at = 0;
  while (auto name = names.c_string(at)) {
    if (!name->empty()) result.push_back({.name = *name});
    at += name->size() + 1;
  }
  return result;
}

Result<void> ModuleFile::add_exports(std::string_view table_name, std::string_view crc_table_name,
                                     bool gpl_only, std::vector<Export>& to) {
  const elf::Section* table = object_.find(table_name);
  const elf::Section* strings = object_.find("__ksymtab_strings");
  if (table == nullptr || strings == nullptr || table->size == 0) return {};
  TRY(const elf::SymbolTable* all_symbols, symbols());
  TRY(Targets targets, Targets::of(object_, *all_symbols, *table));
  if (targets.empty()) return {};
  TRY(ByteView names, keep(*strings));
  const EntryShape shape = shape_of(targets, *table, static_cast<std::uint16_t>(strings->index));
  if (table->size % shape.size() != 0) {
    return object_.malformed(
        table->offset, fmt::format("{} has {:#x} bytes, no multiple of its entries' {}", table_name,
                                   table->size, shape.size()));
  }
  const std::uint64_t count = table->size / shape.size();

  const elf::Section* crc_table = object_.find(crc_table_name);
  Bytes crcs;
  Targets crc_targets;
  std::uint64_t crc_width = 0;
  if (crc_table != nullptr && crc_table->size % count == 0) {
    TRY(crcs, object_.read(*crc_table));
    TRY(crc_targets, Targets::of(object_, *all_symbols, *crc_table));
    crc_width = crc_table->size / count;
  }

  Bytes flags;
  if (const elf::Section* flag_table = gpl_only ? nullptr : object_.find(flag_table_name)) {
    TRY(flags, object_.read(*flag_table));
    if (flags.size() != count) {
      return object_.malformed(flag_table->offset,
                               fmt::format("{} has {} bytes for the {} symbols of {}",
                                           flag_table_name, flags.size(), count, table_name));
    }
  }

  for (std::uint64_t index = 0; index < count; ++index) {
    const std::uint64_t at = index * shape.size();
    const Target* value = targets.at(at);
    const Target* name = targets.at(at + shape.field);
    const Target* space = shape.fields == 3 ? targets.at(at + 2 * shape.field) : nullptr;
    const auto text = name != nullptr ? names.c_string(name->value) : std::nullopt;
    if (value == nullptr || !text || name->section != strings->index) {
      return object_.malformed(table->offset + at,
                               fmt::format("entry {} of {} names no symbol", index, table_name));
    }
    const auto flag = flags.view().number<std::uint8_t>(index).value_or(0);
    Export symbol{.name = *text,
                  .gpl_only = gpl_only || (flag & gpl_only_flag) != 0,
                  .section = value->section,
                  .value = value->value};
    if (space != nullptr && space->section == strings->index) {
      symbol.symbol_namespace = names.c_string(space->value).value_or("");
    }
    if (crc_width != 0) symbol.crc = crc_at(object_, crc_targets, crcs, index * crc_width);
    to.push_back(symbol);
  }
  return {};
}

Result<std::vector<SymbolVersion>> ModuleFile::versions() {
  std::vector<SymbolVersion> result;
  const elf::Format format = object_.header().format;
  if (const elf::Section* section = object_.find("__versions")) {
    // struct modversion_info: an unsigned long, and the name in the rest of 64 bytes.
    constexpr std::uint64_t entry = 64;
    const std::uint64_t name_at = format.is_64 ? 8 : 4;
    if (section->size % entry != 0) {
      return object_.malformed(
          section->offset,
          fmt::format("__versions has {:#x} bytes, no multiple of 64", section->size));
    }
    TRY(ByteView bytes, keep(*section));
    for (std::uint64_t at = 0; at < bytes.size(); at += entry) {
      const auto name = bytes.slice(at + name_at, entry - name_at)->c_string(0);
      if (!name)
        return object_.malformed(section->offset + at + name_at,
                                 "a symbol's name in __versions has no end");
      const std::uint64_t crc = format.is_64 ? *bytes.number<std::uint64_t>(at, format.order)
                                             : *bytes.number<std::uint32_t>(at, format.order);
      result.push_back({*name, static_cast<std::uint32_t>(crc)});
    }
  }
  const elf::Section* crc_section = object_.find("__version_ext_crcs");
  const elf::Section* name_section = object_.find("__version_ext_names");
  if (crc_section == nullptr || name_section == nullptr) return result;
  TRY(ByteView crcs, keep(*crc_section));
  TRY(ByteView names, keep(*name_section));
  std::uint64_t name_at = 0;
  for (std::uint64_t at = 0; at + 4 <= crcs.size(); at += 4) {
    const auto name = names.c_string(name_at);
    if (!name) {
      return object_.malformed(
          name_section->offset + name_at,
          fmt::format("__version_ext_names ends before the name of CRC {}", at / 4));
    }
    result.push_back({*name, *crcs.number<std::uint32_t>(at, format.order)});
    name_at += name->size() + 1;
  }
  return result;
}

Result<std::vector<Import>> ModuleFile::imports() {
  TRY(const elf::SymbolTable* table, symbols());
  TRY(std::vector<SymbolVersion> crcs, versions());
  std::unordered_map<std::string_view, std::uint32_t> crc_of;
  crc_of.reserve(crcs.size());
  for (const SymbolVersion& version : crcs) crc_of.emplace(version.name, version.crc);

  std::vector<Import> result;
  for (std::uint32_t index = 1; index < table->size(); ++index) {
    const elf::Symbol symbol = (*table)[index];
    if (!symbol.undefined()) continue;
    const auto name = table->name(symbol);
    if (!name) return object_.unnamed(*table, index);
    if (name->empty()) continue;
    Import import{.name = *name, .weak = symbol.binding() == STB_WEAK};
    if (auto known = crc_of.find(*name); known != crc_of.end()) import.crc = known->second;
    result.push_back(import);
  }
  return result;
}

}  // namespace kmodern::module
