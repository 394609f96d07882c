#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/near.h"
#include "diagnose/parts.h"
#include "module/advice.h"
#include "module/module.h"

namespace kmodern::diagnose {
namespace {

constexpr std::size_t most_symbols = 8;

using Names = std::set<std::string, std::less<>>;

// The symbols that the kernel's own words name.
struct Named {
  Names missing;    // "Unknown symbol one (err -2)", "Unknown symbols one, two: ... by no one"
  Names explained;  // with another reason, which nobody here knows better

  bool empty() const { return missing.empty() && explained.empty(); }
};

Named named_by_kernel(std::string_view reason) {
  Named named;
  for (std::string_view mark :
       {"nknown symbol ", "nknown symbols ", "version of symbol ", "no symbol version for "}) {
    for (std::size_t at = reason.find(mark); at != std::string_view::npos;
         at = reason.find(mark, at + 1)) {
      std::string_view rest = reason.substr(at + mark.size());
      Names names;
      for (std::string_view comma = ", ";; rest.remove_prefix(comma.size())) {
        std::string_view name = rest.substr(0, rest.find_first_of(" '\"`:;,()\n"));
        if (!name.empty()) names.emplace(name);
        rest.remove_prefix(name.size());
        if (!rest.starts_with(comma)) break;
      }
      std::string_view why = rest.substr(0, rest.find(';'));
      bool explained = why.starts_with(": ") && why.find("by no one") == std::string_view::npos;
      (explained ? named.explained : named.missing).merge(names);
    }
  }
  return named;
}

std::string list(const std::vector<std::string>& names) {
  constexpr std::size_t most = 4;
  if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + most, ", "),
                     names.size() - most);
}

// One load's imports, sorted by what stands against them.
struct Sorted {
  std::vector<std::string> nobody;
  std::map<std::string, std::vector<std::string>> of_module;  // that is not loaded
  std::vector<std::string> gpl_only;
  std::map<std::string, std::vector<std::string>> namespaces;  // that are not imported
};

Sorted sort(const LoadFacts& facts, const Named& named) {
  const ModuleFacts& module = *facts.module;
  Sorted sorted;
  for (const ImportFact& import : module.imports) {
    auto found = facts.symbols.providers.find(import.name);
    if (found == facts.symbols.providers.end()) {
      bool known_missing =
          named.missing.contains(import.name) || (named.empty() && facts.symbols.complete);
      // The kernel need not be asked: nobody has a C library.
      bool advised =
          named.empty() && facts.error.code == ENOENT && module::in_no_kernel(import.name);
      if (!import.weak && (known_missing || advised)) sorted.nobody.push_back(import.name);
      continue;
    }
    const Provider& provider = found->second;
    if (!provider.module.empty() && facts.kernel.find(provider.module) == nullptr) {
      if (!import.weak) sorted.of_module[provider.module].push_back(import.name);
      continue;
    }
    if (provider.gpl_only && !module::license_is_gpl_compatible(module.license))
      sorted.gpl_only.push_back(import.name);
    if (!provider.symbol_namespace.empty() &&
        std::find(module.namespaces.begin(), module.namespaces.end(), provider.symbol_namespace) ==
            module.namespaces.end())
      sorted.namespaces[provider.symbol_namespace].push_back(import.name);
  }
  return sorted;
}

std::string unknown(const std::vector<std::string>& names) {
  return fmt::format("unknown {} {}", names.size() == 1 ? "symbol" : "symbols", list(names));
}

// One line for all of which the same is to be said, and one for each that has a word of its own.
void tell_nobody(const LoadFacts& facts, const Sorted& sorted, Diagnosis& diagnosis) {
  std::vector<std::string> exported, others;
  for (const auto& [name, provider] : facts.symbols.providers) exported.push_back(name);
  Diagnosis own;
  for (const std::string& name : sorted.nobody) {
    if (std::string help = module::symbol_advice(name); !help.empty())
      own.push_back({fmt::format("{}: {}", unknown({name}), help), ""});
    else if (auto near = near_words(name, exported, 1); !near.empty() && own.size() < most_symbols)
      own.push_back({unknown({name}), fmt::format("did you mean {}?", near.front())});
    else
      others.push_back(name);
  }
  if (!others.empty()) {
    std::string_view whose = facts.symbols.complete
                                 ? "neither the kernel nor a module of its exports"
                                 : "nothing that is known here exports";
    diagnosis.push_back(
        {fmt::format("{}: {} {}", unknown(others), whose, others.size() == 1 ? "it" : "them"),
         "load what has such symbols first, or build the module for this kernel"});
  }
  for (std::size_t i = 0; i < std::min(own.size(), most_symbols); ++i)
    diagnosis.push_back(std::move(own[i]));
  if (own.size() > most_symbols)
    diagnosis.push_back(
        {fmt::format("and {} more unknown symbols", own.size() - most_symbols), ""});
}

// Something is said of this symbol.
bool tells(const Sorted& sorted, std::string_view name) {
  auto among = [&](const auto& names) { return std::ranges::find(names, name) != names.end(); };
  return among(sorted.nobody) || among(sorted.gpl_only) ||
         std::ranges::any_of(sorted.of_module, [&](const auto& m) { return among(m.second); });
}

void tell_missing_modules(const LoadFacts& facts, Sorted& sorted, Diagnosis& diagnosis) {
  std::map<std::string, std::vector<std::string>> missing = sorted.of_module;
  for (const std::string& name : facts.module->depends) {
    if (facts.kernel.find(name) == nullptr) missing[name];
  }
  // Nothing that could be asked has these: then the one module that is missing does, or none.
  if (missing.size() == 1 && missing.begin()->second.empty()) {
    for (const std::string& name : sorted.nobody) {
      if (module::symbol_advice(name).empty()) missing.begin()->second.push_back(name);
    }
    std::erase_if(sorted.nobody,
                  [](const auto& name) { return module::symbol_advice(name).empty(); });
  }
  for (const auto& [name, symbols] : missing) {
    std::string text = fmt::format("it needs the module {}, which is not loaded", name);
    if (!symbols.empty()) text += fmt::format(", for {}", list(symbols));
    diagnosis.push_back(
        {text, fmt::format("`modprobe {}` loads what it needs first", facts.module->name)});
  }
}

}  // namespace

bool ask_symbols(const LoadFacts& facts, Diagnosis& diagnosis) {
  if (!facts.module) return false;
  const Named named = named_by_kernel(facts.error.reason);
  Sorted sorted = sort(facts, named);
  bool clearer =
      !named.missing.empty() && named.explained.empty() &&
      std::ranges::all_of(named.missing, [&](const auto& n) { return tells(sorted, n); });
  tell_missing_modules(facts, sorted, diagnosis);
  tell_nobody(facts, sorted, diagnosis);
  const std::string& license = facts.module->license;
  if (!sorted.gpl_only.empty()) {
    diagnosis.push_back(
        {fmt::format("{} {} for GPL modules only, and its license is {}", list(sorted.gpl_only),
                     sorted.gpl_only.size() == 1 ? "is" : "are",
                     license.empty() ? "not given" : fmt::format("'{}'", license)),
         "use symbols that are exported to all, or license it under the GPL"});
  }
  for (const auto& [space, symbols] : sorted.namespaces) {
    diagnosis.push_back({fmt::format("{} {} in the namespace {}, which it does not import",
                                     list(symbols), symbols.size() == 1 ? "is" : "are", space),
                         fmt::format("add MODULE_IMPORT_NS({}) to its source", space)});
  }
  return clearer;
}

}  // namespace kmodern::diagnose
