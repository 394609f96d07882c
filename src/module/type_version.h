// The version of an exported symbol: a CRC over its full type, the prototype and every structure,
// union and enumeration that it reaches. The same source gives the same CRC on every build; a
// changed member changes exactly the symbols that reach it.
//
// The idea is that of genksyms and gendwarfksyms (scripts/ of Linux); what is summed up is our own,
// so the numbers compare only among modules and kernels that were built with this project's SDK.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kmodern::module {

// Of a structure or union; of an enumeration: one of its names.
struct TypeMember {
  std::string name;              // empty: it has none
  std::uint64_t bit_offset = 0;  // from the beginning of the structure
  std::uint64_t bit_size = 0;    // of a bit-field; else 0
  std::string type;              // "char *"; empty in an enumeration
  std::int64_t value = 0;        // in an enumeration

  bool operator==(const TypeMember&) const = default;
};

// A type that a symbol reaches, taken apart so that two versions of it can be compared.
struct TypeDefinition {
  std::string name;        // "struct greeting", "int", "spinlock_t" for an unnamed structure
  std::string form;        // of a number: "signed", "unsigned", "floating", "boolean"; else empty
  std::uint64_t size = 0;  // bytes
  std::vector<TypeMember> members;  // in their order
};

struct SymbolType {
  std::string declaration;  // "int (struct greeting *, int)"; empty if it is not known
  std::vector<TypeDefinition> definitions;  // in the order in which they are reached

  // CRC-32 over all of it.
  std::uint32_t version() const;
};

// "struct greeting: member name at offset 8 is char * here, long there": the first thing that
// differs, with the words for the two sides; empty if nothing does. What one side does not know,
// a declaration or a definition, is not compared.
std::string first_difference(const SymbolType& ours, std::string_view here,
                             const SymbolType& theirs, std::string_view there);

}  // namespace kmodern::module
