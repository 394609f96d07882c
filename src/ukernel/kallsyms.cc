#include "ukernel/kallsyms.h"

#include <fmt/core.h>

#include <algorithm>
#include <mutex>

namespace kmodern::ukernel {

void Kallsyms::add(std::string owner, std::uint64_t begin, std::uint64_t end,
                   std::vector<KnownSymbol> symbols) {
  std::ranges::stable_sort(symbols, {}, &KnownSymbol::address);
  std::unique_lock lock(mutex_);
  ranges_.insert_or_assign(begin, Range{end, std::move(owner), std::move(symbols)});
}

void Kallsyms::remove(std::string_view owner) {
  std::unique_lock lock(mutex_);
  std::erase_if(ranges_, [&](const auto& range) { return range.second.owner == owner; });
}

void Kallsyms::remove_range(std::uint64_t begin) {
  std::unique_lock lock(mutex_);
  ranges_.erase(begin);
}

const std::pair<const std::uint64_t, Kallsyms::Range>* Kallsyms::range_of(
    std::uint64_t address) const {
  auto after = ranges_.upper_bound(address);
  if (after == ranges_.begin()) return nullptr;
  const auto& range = *std::prev(after);
  return address < range.second.end ? &range : nullptr;
}

std::optional<std::string> Kallsyms::symbolize(std::uint64_t address) const {
  std::shared_lock lock(mutex_);
  const auto* found = range_of(address);
  if (found == nullptr) return std::nullopt;
  const auto& [begin, range] = *found;
  std::string place = range.owner.empty() ? "" : fmt::format(" [{}]", range.owner);

  auto after = std::ranges::upper_bound(range.symbols, address, {}, &KnownSymbol::address);
  if (after == range.symbols.begin()) return fmt::format("{:#x}{}", address - begin, place);
  const KnownSymbol& symbol = *std::prev(after);
  std::uint64_t size = symbol.size;
  if (size == 0)
    size = (after == range.symbols.end() ? range.end : after->address) - symbol.address;
  return fmt::format("{}+{:#x}/{:#x}{}", symbol.name, address - symbol.address, size, place);
}

std::optional<std::string> Kallsyms::owner(std::uint64_t address) const {
  std::shared_lock lock(mutex_);
  const auto* found = range_of(address);
  if (found == nullptr) return std::nullopt;
  return found->second.owner;
}

std::unordered_map<std::string, std::vector<KnownSymbol>> Kallsyms::by_owner() const {
  std::shared_lock lock(mutex_);
  std::unordered_map<std::string, std::vector<KnownSymbol>> result;
  for (const auto& [begin, range] : ranges_) {
    std::vector<KnownSymbol>& symbols = result[range.owner];
    symbols.insert(symbols.end(), range.symbols.begin(), range.symbols.end());
  }
  for (auto& [owner, symbols] : result) std::ranges::sort(symbols, {}, &KnownSymbol::index);
  return result;
}

}  // namespace kmodern::ukernel
