#include "database/module_summary.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>

#include "module/module.h"

namespace kmodern::database {

namespace {

using module::ModuleFile;

// The exported symbols have a companion each, a local symbol of this name before theirs.
constexpr std::string_view export_mark = "__ksymtab_";

// Local symbols, by far the most, are read only of modules that export.
Result<void> take_symbols(const elf::Object& object, bool with_exports, TextArena& arena,
                          ModuleSummary& summary) {
  TRY(elf::SymbolTable symbols, object.symbols(with_exports));
  if (!with_exports) summary.imports.reserve(symbols.size());  // nearly all are undefined
  for (std::uint32_t index = symbols.first() == 0 ? 1 : 0; index < symbols.size(); ++index) {
    const elf::Symbol symbol = symbols[index];
    const bool companion =
        !symbol.undefined() && with_exports && symbols.name_starts_with(symbol, export_mark);
    if (!symbol.undefined() && !companion) continue;
    const auto name = symbols.name(symbol);
    if (!name) return object.unnamed(symbols, index);
    if (companion) {
      summary.exports.push_back({arena.keep(name->substr(export_mark.size())), std::nullopt});
    } else if (!name->empty() &&
               symbol.type() != STT_SPARC_REGISTER) {  // that is no symbol to find
      summary.imports.push_back({arena.keep(*name), symbol.binding() == STB_WEAK, std::nullopt});
    }
  }
  return {};
}

// Where the companions were stripped from the file, and where CRCs are wanted: through the table.
Result<void> take_exports_with_crcs(ModuleFile& file, TextArena& arena, ModuleSummary& summary) {
  TRY(std::vector<module::Export> exports, file.exports());
  summary.exports.clear();
  for (const module::Export& symbol : exports)
    summary.exports.push_back({arena.keep(symbol.name), symbol.crc});
  return {};
}

// The versions of what it imports, and of what it only was built against (module_layout).
Result<void> take_import_crcs(ModuleFile& file, TextArena& arena, ModuleSummary& summary) {
  TRY(std::vector<module::SymbolVersion> versions, file.versions());
  std::unordered_map<std::string_view, ImportedSymbol*> imported;
  for (ImportedSymbol& symbol : summary.imports) imported.emplace(symbol.name, &symbol);
  for (const module::SymbolVersion& version : versions) {
    if (const auto found = imported.find(version.name); found != imported.end()) {
      found->second->crc = version.crc;
    } else {
      summary.layouts.push_back({arena.keep(version.name), version.crc});
    }
  }
  return {};
}

Result<void> take_modinfo(const ModuleFile& file, TextArena& arena, ModuleSummary& summary) {
  TRY(module::Modinfo info, file.modinfo());
  for (const module::ModinfoEntry& entry : info.entries()) {
    if (entry.key == "alias") summary.aliases.push_back(arena.keep(entry.value));
    if (entry.key == "softdep") summary.softdeps.push_back(arena.keep(entry.value));
    if (entry.key == "weakdep") summary.weakdeps.push_back(arena.keep(entry.value));
  }
  return {};
}

bool has_bytes(const elf::Section* section) { return section != nullptr && section->size > 0; }

}  // namespace

std::string_view TextArena::keep(std::string_view text) {
  if (text.size() > room_) {
    room_ = std::max(chunk_size, text.size());
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(room_));
    next_ = chunks_.back().get();
  }
  char* begin = next_;
  std::copy_n(text.data(), text.size(), begin);
  next_ += text.size();
  room_ -= text.size();
  return {begin, text.size()};
}

Result<ModuleSummary> summarize_module(const std::string& path, bool with_crcs, TextArena& arena) {
  TRY(ModuleFile file, ModuleFile::open(path));
  const elf::Object& object = file.object();
  if (object.header().type != ET_REL) {
    return fail(
        ENOEXEC, path,
        fmt::format("is an ELF file of type {}, not a relocatable object", object.header().type),
        "a module is the .ko file that the kernel's build makes");
  }
  ModuleSummary summary;
  const bool exports = has_bytes(object.find("__ksymtab_strings"));
  TRY_OK(take_symbols(object, exports, arena, summary));
  if (exports && (with_crcs || summary.exports.empty()))
    TRY_OK(take_exports_with_crcs(file, arena, summary));
  if (with_crcs) TRY_OK(take_import_crcs(file, arena, summary));
  TRY_OK(take_modinfo(file, arena, summary));
  return summary;
}

}  // namespace kmodern::database
