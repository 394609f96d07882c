// From an address to the symbol that it lies in, for backtraces: all functions and objects of the
// modules that are loaded, exported or not.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kmodern::ukernel {

// One symbol as /proc/kallsyms would show it.
struct KnownSymbol {
  std::string name;
  std::uint64_t address = 0;
  std::uint64_t size = 0;   // bytes; 0 if the object does not say
  char type = '?';          // as nm's: t T d D r R b B w..., upper case if exported
  std::uint32_t index = 0;  // in the object's symbol table
  bool global = false;      // other objects see it
};

// Any thread may call anything at any time.
class Kallsyms {
 public:
  // [begin, end) is the memory that the symbols lie in. Add core and init memory one by one:
  // remove_range() of init's takes only what lies there.
  void add(std::string owner, std::uint64_t begin, std::uint64_t end,
           std::vector<KnownSymbol> symbols);
  void remove(std::string_view owner);
  void remove_range(std::uint64_t begin);

  // "name+0x1c/0x40 [owner]" (no brackets for the empty owner); nullopt outside of all ranges.
  // Where no symbol stands at or before the address: "0x1c [owner]", relative to the range.
  std::optional<std::string> symbolize(std::uint64_t address) const;
  // The owner whose memory the address lies in.
  std::optional<std::string> owner(std::uint64_t address) const;
  // All by their owners, each owner's in the order of its symbol table.
  std::unordered_map<std::string, std::vector<KnownSymbol>> by_owner() const;

 private:
  struct Range {
    std::uint64_t end = 0;
    std::string owner;
    std::vector<KnownSymbol> symbols;  // by address
  };
  const std::pair<const std::uint64_t, Range>* range_of(std::uint64_t address) const;

  mutable std::shared_mutex mutex_;
  std::map<std::uint64_t, Range> ranges_;  // by begin
};

}  // namespace kmodern::ukernel
