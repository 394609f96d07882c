#include "module/program_exports.h"

#include <fmt/core.h>

#include <unordered_map>

#include "elf/elf.h"
#include "module/kernel_types.h"

namespace kmodern::module {

namespace {

// Three fields, each an offset relative to itself: value, name, namespace (include/linux/export.h).
constexpr std::uint64_t ksymtab_entry_size = 12;

Result<void> add_table(const elf::Object& object, std::string_view table_name, bool gpl_only,
                       std::vector<ProgramExport>& to) {
  const elf::Section* table = object.find(table_name);
  const elf::Section* strings = object.find("__ksymtab_strings");
  if (table == nullptr || strings == nullptr) return {};
  const std::endian order = object.header().format.order;
  TRY(Bytes entries, object.read(*table));
  TRY(Bytes names, object.read(*strings));
  auto target = [&](std::uint64_t at) {
    const auto offset = static_cast<std::int32_t>(*entries.view().number<std::uint32_t>(at, order));
    return table->address + at + static_cast<std::uint64_t>(static_cast<std::int64_t>(offset));
  };
  for (std::uint64_t at = 0; entries.view().contains(at, ksymtab_entry_size);
       at += ksymtab_entry_size) {
    const auto name = names.view().c_string(target(at + 4) - strings->address);
    const auto space = names.view().c_string(target(at + 8) - strings->address);
    if (!name || !space) {
      return object.malformed(table->offset + at,
                              fmt::format("an entry of {} names no symbol", table_name));
    }
    to.push_back({.name = std::string(*name),
                  .address = target(at),
                  .gpl_only = gpl_only,
                  .symbol_namespace = std::string(*space)});
  }
  return {};
}

Result<void> add_versions(const elf::Object& object, std::vector<ProgramExport>& to) {
  constexpr std::uint64_t size = 64;  // of struct modversion_info
  TRY(Bytes table, object.read(kernel_versions_section));
  std::unordered_map<std::string_view, std::uint32_t> crcs;
  for (std::uint64_t at = 0; table.view().contains(at, size); at += size) {
    const auto entry = *table.view().slice(at, size);
    const auto name = entry.c_string(8);
    if (name) crcs.emplace(*name, *entry.number<std::uint32_t>(0, object.header().format.order));
  }
  for (ProgramExport& symbol : to) {
    if (auto known = crcs.find(symbol.name); known != crcs.end()) symbol.crc = known->second;
  }
  return {};
}

}  // namespace

Result<std::vector<ProgramExport>> program_exports(const std::string& path) {
  TRY(elf::Input input, elf::Input::open(path));
  TRY(elf::Object object, elf::Object::open(std::move(input)));
  std::vector<ProgramExport> result;
  TRY_OK(add_table(object, "__ksymtab", false, result));
  TRY_OK(add_table(object, "__ksymtab_gpl", true, result));
  TRY_OK(add_versions(object, result));
  return result;
}

}  // namespace kmodern::module
