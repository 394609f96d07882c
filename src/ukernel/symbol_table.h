// The exported symbols of the kernel and of all modules in it, by name.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"

namespace kmodern::ukernel {

// What importing a symbol gives.
struct Definition {
  std::uint64_t address = 0;
  std::optional<std::uint32_t> crc;  // nullopt: exported without a version
  bool gpl_only = false;
  std::string symbol_namespace;    // empty: none
  std::string owner;               // the module that exports it; empty: the kernel itself
  bool owner_proprietary = false;  // the owner's license is not GPL compatible
};

struct NamedDefinition {
  std::string name;
  Definition definition;
};

// Where the linker finds what a module imports.
class SymbolSource {
 public:
  virtual ~SymbolSource() = default;

  // nullopt if no one exports `name`. An error is for a symbol that is there and can't be had:
  // EBUSY while its owner is coming or going. Asked once per import, in the order of the module's
  // symbol table; an implementation may wait here, or take a reference on the owner.
  virtual Result<std::optional<Definition>> find(std::string_view name) const = 0;
};

// Any thread may call anything at any time.
class SymbolTable : public SymbolSource {
 public:
  // Adds all or none, once per owner. EEXIST-like duplicates are ENOEXEC as in kernel/module/main.c
  // (verify_exported_symbols): "exports duplicate symbol NAME (owned by OWNER)". The first symbol
  // of a name that occurs twice in `symbols` counts.
  Result<void> add(std::vector<NamedDefinition> symbols);
  // Takes away all that `owner` exports. Returns how many there were.
  std::size_t remove(std::string_view owner);

  Result<std::optional<Definition>> find(std::string_view name) const override;
  std::size_t size() const;
  // What `owner` exports, in the order in which it came.
  std::vector<NamedDefinition> of(std::string_view owner) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Definition, Hash, std::equal_to<>> symbols_;
  std::unordered_map<std::string, std::vector<std::string>, Hash, std::equal_to<>>
      names_;  // by owner, the kernel's left out: they stay
};

}  // namespace kmodern::ukernel
