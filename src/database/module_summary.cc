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

// A part of the symbol table, with the names.
struct SymbolRange {
  elf::SymbolTable table;
  std::uint32_t first = 0;  // index of the first of them in the whole table
};

std::uint64_t symbol_size(elf::Format format) {
  return format.is_64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
}

// Local symbols, by far the most, come first in the table: they are read only of modules that
// export.
Result<SymbolRange> read_symbols(const elf::Object& object, bool with_locals) {
  const elf::Section* table = object.find_type(SHT_SYMTAB);
  if (table == nullptr) return SymbolRange{};
  const elf::Format format = object.header().format;
  const std::uint64_t entry = symbol_size(format);
  if (with_locals || table->size % entry != 0 || table->info > table->size / entry) {
    TRY(elf::SymbolTable whole, object.symbols());
    return SymbolRange{std::move(whole), 0};
  }
  const elf::Section& strings = object.sections()[table->link];
  if (strings.type != SHT_STRTAB) {
    TRY(elf::SymbolTable refused, object.symbols());
    return SymbolRange{std::move(refused), 0};
  }
  const std::uint64_t skipped = table->info * entry;
  TRY(Bytes symbols, object.input().read(table->offset + skipped, table->size - skipped));
  TRY(Bytes names, object.read(strings));
  return SymbolRange{elf::SymbolTable(format, std::move(symbols), std::move(names)), table->info};
}

Result<void> take_symbols(const elf::Object& object, bool with_exports, TextArena& arena,
                          ModuleSummary& summary) {
  TRY(SymbolRange range, read_symbols(object, with_exports));
  for (std::uint32_t index = range.first == 0 ? 1 : 0; index < range.table.size(); ++index) {
    const elf::Symbol symbol = range.table[index];
    if (!symbol.undefined() && !with_exports) continue;
    const auto name = range.table.name(symbol);
    if (!name) {
      return object.malformed(object.find_type(SHT_SYMTAB)->offset +
                                  (range.first + index) * symbol_size(object.header().format),
                              fmt::format("the name of symbol {} lies outside of its string table",
                                          range.first + index));
    }
    if (symbol.undefined()) {
      // A register of SPARC is no symbol to find.
      if (name->empty() || symbol.type() == STT_SPARC_REGISTER) continue;
      summary.imports.push_back({arena.keep(*name), symbol.binding() == STB_WEAK, std::nullopt});
    } else if (name->starts_with(export_mark)) {
      summary.exports.push_back({arena.keep(name->substr(export_mark.size())), std::nullopt});
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
