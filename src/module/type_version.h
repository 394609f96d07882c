// The version of an exported symbol: a CRC over its full type, the prototype and every structure,
// union and enumeration that it reaches, as the compiler's DWARF describes them. The same source
// gives the same CRC on every build; a changed member changes exactly the symbols that reach it.
//
// The idea is that of genksyms and gendwarfksyms (scripts/ of Linux); the text that is summed up is
// our own, so the numbers compare only among modules and cores that were built with this project's
// SDK.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern::module {

// A type that a symbol reaches, taken apart so that two versions of it can be compared.
struct TypeDefinition {
  std::string name;  // "struct greeting", "union 2" where it has no name of its own
  std::vector<std::string>
      members;  // "8 name: *char" (offset in bytes), "A = 1" of an enumeration, in their order
};

struct SymbolType {
  std::string declaration;                  // "fn(*struct greeting, int) -> int"
  std::vector<TypeDefinition> definitions;  // in the order in which they are reached

  // CRC-32 over all of it.
  std::uint32_t version() const;
};

// "struct greeting: member 8 name: *char became 16 name: *char": the first thing that differs;
// empty if nothing does.
std::string first_difference(const SymbolType& ours, const SymbolType& theirs);

// The DWARF of one object file.
class TypeReader {
 public:
  // Errors: ENOPKG where libdw is not installed; ENODATA where the file has no DWARF, with the flag
  // that makes it.
  static Result<TypeReader> open(const std::string& path);
  TypeReader(TypeReader&&) noexcept;
  ~TypeReader();

  // The type of a global function or variable. Errors: ENOENT where the DWARF does not describe it
  // (a symbol defined in assembly), EBADMSG where its description is damaged.
  Result<SymbolType> type_of(std::string_view symbol) const;

 private:
  struct State;
  explicit TypeReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace kmodern::module
