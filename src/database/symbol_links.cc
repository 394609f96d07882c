#include "database/symbol_links.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/parallel.h"

namespace kmodern::database {

namespace {

// Symbols that the linker or the loader makes; no file provides them.
constexpr std::array<std::string_view, 3> made_by_the_loader = {"__this_module",
                                                                "_GLOBAL_OFFSET_TABLE_", "TOC."};

constexpr std::string_view differs = "disagrees about version of symbol";

std::string_view doubt_about(const ImportedSymbol& symbol, const SymbolMap& symbols) {
  const Provider* provider = symbols.find(symbol.name);
  if (provider == nullptr) {
    const bool made =
        std::ranges::find(made_by_the_loader, symbol.name) != made_by_the_loader.end();
    return symbol.weak || made ? "" : "needs unknown symbol";
  }
  return symbol.crc && provider->crc && *symbol.crc != *provider->crc ? differs : "";
}

}  // namespace

DependencyGraph link_modules(std::span<const ModuleSummary> modules, const SymbolMap& symbols) {
  DependencyGraph needs(modules.size());
  parallel_for(modules.size(), [&](std::size_t index, unsigned) {
    std::vector<std::uint32_t>& own = needs[index];
    for (const ImportedSymbol& symbol : modules[index].imports) {
      const Provider* provider = symbols.find(symbol.name);
      if (provider == nullptr || provider->module == kernel_itself || provider->module == index)
        continue;
      if (std::ranges::find(own, provider->module) == own.end()) own.push_back(provider->module);
    }
  });
  return needs;
}

std::vector<Error> doubtful_symbols(std::span<const ModuleCandidate> files,
                                    std::span<const ModuleSummary> modules,
                                    const SymbolMap& symbols) {
  std::vector<Error> doubts;
  for (std::size_t index = 0; index < modules.size(); ++index) {
    for (const ImportedSymbol& symbol : modules[index].imports) {
      const std::string_view doubt = doubt_about(symbol, symbols);
      if (doubt.empty()) continue;
      doubts.push_back({0, {}, fmt::format("{} {} {}", files[index].path, doubt, symbol.name), {}});
    }
    for (const ExportedSymbol& symbol : modules[index].layouts) {
      const Provider* provider = symbols.find(symbol.name);
      if (provider == nullptr || !provider->crc || provider->crc == symbol.crc) continue;
      doubts.push_back(
          {0, {}, fmt::format("{} {} {}", files[index].path, differs, symbol.name), {}});
    }
  }
  return doubts;
}

std::string describe_links(std::span<const ModuleCandidate> files,
                           std::span<const ModuleSummary> modules, const SymbolMap& symbols) {
  std::string text;
  std::vector<ModuleIndex> told;  // the providers that one module's lines have named
  for (std::size_t index = 0; index < modules.size(); ++index) {
    told.clear();
    for (const ImportedSymbol& symbol : modules[index].imports) {
      const Provider* provider = symbols.find(symbol.name);
      if (provider == nullptr || provider->module == kernel_itself) continue;
      if (std::ranges::find(told, provider->module) != told.end()) continue;
      told.push_back(provider->module);
      fmt::format_to(std::back_inserter(text), "{} needs \"{}\": {}\n", files[index].path,
                     symbol.name, files[provider->module].path);
    }
  }
  return text;
}

}  // namespace kmodern::database
