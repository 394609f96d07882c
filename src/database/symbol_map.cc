#include "database/symbol_map.h"

#include "base/file.h"
#include "base/text.h"
#include "module/symvers.h"

namespace kmodern::database {

void SymbolMap::add_modules(std::span<const ModuleSummary> modules) {
  std::size_t count = providers_.size();
  for (const ModuleSummary& module : modules) count += module.exports.size();
  // Most names that are looked for are the kernel's and not in here: an empty bucket tells it at
  // once.
  providers_.max_load_factor(0.25F);
  providers_.reserve(count);
  for (ModuleIndex index = 0; index < modules.size(); ++index) {
    for (const ExportedSymbol& symbol : modules[index].exports)
      providers_[without_prefix(symbol.name)] = {index, symbol.crc};
  }
}

void SymbolMap::add_kernel_symbol(std::string_view name, std::optional<std::uint32_t> crc) {
  providers_.try_emplace(without_prefix(name), Provider{kernel_itself, crc});
}

const Provider* SymbolMap::find(std::string_view name) const {
  auto found = providers_.find(without_prefix(name));
  // 64-bit PowerPC calls the function behind the descriptor `f` by the name `.f`.
  if (found == providers_.end() && name.starts_with('.'))
    found = providers_.find(without_prefix(name.substr(1)));
  return found == providers_.end() ? nullptr : &found->second;
}

std::string_view SymbolMap::without_prefix(std::string_view name) const {
  if (prefix_ != 0 && name.starts_with(prefix_)) name.remove_prefix(1);
  return name;
}

Result<std::vector<KernelSymbol>> read_symvers(const std::string& path) {
  TRY(std::string text, read_file(path));
  TRY(std::vector<module::SymversEntry> entries, module::parse_symvers(text, path));
  std::vector<KernelSymbol> symbols;
  for (const module::SymversEntry& entry : entries) {
    if (entry.module == "vmlinux") symbols.push_back({std::string(entry.name), entry.crc});
  }
  return symbols;
}

Result<std::vector<KernelSymbol>> read_system_map(const std::string& path) {
  constexpr std::string_view mark = "__ksymtab_";
  TRY(std::string text, read_file(path));
  std::vector<KernelSymbol> symbols;
  for (std::string_view line : lines(text)) {
    const std::vector<std::string_view> words = split(line);
    if (words.size() >= 3 && words[2].starts_with(mark))
      symbols.push_back({std::string(words[2].substr(mark.size())), std::nullopt});
  }
  return symbols;
}

}  // namespace kmodern::database
