#include "ukernel/symbol_table.h"

#include <fmt/core.h>

#include <cerrno>
#include <mutex>

namespace kmodern::ukernel {

Result<void> SymbolTable::add(std::vector<NamedDefinition> symbols) {
  std::unique_lock lock(mutex_);
  for (const NamedDefinition& symbol : symbols) {
    auto other = symbols_.find(symbol.name);
    if (other == symbols_.end()) continue;
    const std::string& owner = other->second.owner;
    return fail(ENOEXEC, symbol.definition.owner,
                fmt::format("exports duplicate symbol {} (owned by {})", symbol.name,
                            owner.empty() ? "kernel" : owner));
  }
  // All that takes memory comes first; then both tables only take over what is made.
  decltype(symbols_) fresh;
  decltype(names_) fresh_names;
  fresh.reserve(symbols.size());
  for (NamedDefinition& symbol : symbols) {
    const std::string& owner = symbol.definition.owner;
    if (!owner.empty()) fresh_names[owner].push_back(symbol.name);
    fresh.emplace(std::move(symbol.name), std::move(symbol.definition));
  }
  symbols_.reserve(symbols_.size() + fresh.size());
  names_.reserve(names_.size() + fresh_names.size());
  symbols_.merge(fresh);
  names_.merge(fresh_names);
  return {};
}

std::size_t SymbolTable::remove(std::string_view owner) {
  std::unique_lock lock(mutex_);
  auto names = names_.find(owner);
  if (names == names_.end()) return 0;
  std::size_t removed = 0;
  for (const std::string& name : names->second) removed += symbols_.erase(name);
  names_.erase(names);
  return removed;
}

Result<std::optional<Definition>> SymbolTable::find(std::string_view name) const {
  std::shared_lock lock(mutex_);
  auto found = symbols_.find(name);
  if (found == symbols_.end()) return std::nullopt;
  return found->second;
}

std::vector<NamedDefinition> SymbolTable::of(std::string_view owner) const {
  std::shared_lock lock(mutex_);
  std::vector<NamedDefinition> result;
  auto names = names_.find(owner);
  if (names == names_.end()) return result;
  for (const std::string& name : names->second) {
    if (auto found = symbols_.find(name); found != symbols_.end())
      result.push_back({name, found->second});
  }
  return result;
}

std::size_t SymbolTable::size() const {
  std::shared_lock lock(mutex_);
  return symbols_.size();
}

}  // namespace kmodern::ukernel
