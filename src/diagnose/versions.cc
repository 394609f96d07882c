#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "diagnose/parts.h"

namespace kmodern::diagnose {
namespace {

constexpr std::size_t most_mismatches = 4;
constexpr std::string_view cure =
    "build it again with the headers of this kernel and the Module.symvers of the modules that it "
    "needs";

// The kernel's own words speak of nothing else: each sentence names one of these symbols.
bool covers(std::string_view reason, const std::vector<const ImportFact*>& symbols) {
  for (std::size_t at = 0; at <= reason.size();) {
    const std::size_t end = std::min(reason.find("; ", at), reason.size());
    const std::string_view sentence = reason.substr(at, end - at);
    const bool of_version = sentence.find("version") != std::string_view::npos;
    if (!of_version || std::ranges::none_of(symbols, [&](const ImportFact* symbol) {
          return sentence.find(symbol->name) != std::string_view::npos;
        }))
      return false;
    at = end + 2;
  }
  return true;
}

}  // namespace

std::vector<const ImportFact*> other_versions(const ModuleFacts& module,
                                              const SymbolFacts& symbols) {
  std::vector<const ImportFact*> result;
  for (const ImportFact& import : module.imports) {
    auto found = symbols.providers.find(import.name);
    if (found == symbols.providers.end() || !import.crc || !found->second.crc) continue;
    if (*found->second.crc != 0 && *found->second.crc != *import.crc) result.push_back(&import);
  }
  return result;
}

bool ask_versions(const LoadFacts& facts, Diagnosis& diagnosis) {
  if (!facts.module) return false;
  const auto others = other_versions(*facts.module, facts.symbols);
  for (const ImportFact* import : others) {
    if (diagnosis.size() == most_mismatches && others.size() > most_mismatches) {
      diagnosis.push_back(
          {fmt::format("{} symbols have another version", others.size()), std::string(cure)});
      break;
    }
    const Provider& provider = facts.symbols.providers.find(import->name)->second;
    std::string text = fmt::format(
        "it is built against another version of {} ({:#010x} in the module, {:#010x} in {})",
        import->name, *import->crc, *provider.crc,
        provider.module.empty() ? "the kernel" : provider.module);
    if (auto known = facts.symbols.differences.find(import->name);
        known != facts.symbols.differences.end())
      text += ": " + known->second;
    diagnosis.push_back({std::move(text), std::string(cure)});
  }
  return !others.empty() && covers(facts.error.reason, others);
}

}  // namespace kmodern::diagnose
