// What a compiler says of types, in one form for all formats: a graph of nodes that name each other
// by references. DWARF (dwarf_types.h) and BTF (btf_types.h) are read through this.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "module/type_version.h"

namespace kmodern::module {

// Of a node in its source; 0 is void.
using TypeRef = std::uint64_t;

struct TypePart {
  std::string_view name;         // of a member or an enumerator; empty: it has none
  TypeRef type = 0;              // of a member or a parameter
  std::uint64_t bit_offset = 0;  // of a member
  std::uint64_t bit_size = 0;    // of a bit-field
  std::int64_t value = 0;        // of an enumerator
};

struct TypeNode {
  enum class Kind {
    nothing,
    number,
    pointer,
    constant,
    volatile_,
    restrict_,
    atomic,
    alias,  // typedef
    array,
    function,
    structure,
    union_,
    enumeration,
  };
  Kind kind = Kind::nothing;
  std::string_view name;   // of an alias, a number, or behind struct, union, enum
  std::string_view form;   // of a number, as in TypeDefinition
  std::uint64_t size = 0;  // bytes
  TypeRef target = 0;      // what is pointed to, qualified, renamed, repeated or returned
  std::vector<std::uint64_t> dimensions;  // of an array; 0: not said
  bool declared_only = false;             // "struct name;"
  bool variadic = false;                  // "..."
  std::vector<TypePart> parts;            // members, enumerators, parameters
};

class TypeSource {
 public:
  virtual ~TypeSource() = default;

  // EBADMSG with the place of what is damaged.
  virtual Result<TypeNode> node(TypeRef reference) const = 0;
  // The type of a global function or variable; nullopt if it is not described.
  virtual std::optional<TypeRef> symbol(std::string_view name) const = 0;
  // What "struct greeting" is: structures, unions and enumerations that are defined, by name.
  virtual std::optional<TypeRef> definition(std::string_view name) const = 0;
};

// The types in a file: DWARF, else BTF, of an object, a module or a program, compressed or not; or
// BTF alone, as /sys/kernel/btf has it. Errors: ENODATA if it has neither, with the flag that makes
// them; ENOEXEC, EBADMSG where it is damaged; those of the file.
// `base`: the kernel's own types, on which the BTF of its modules builds; may be null.
Result<std::unique_ptr<TypeSource>> open_types(const std::string& path,
                                               const TypeSource* base = nullptr);

// The full type of a global function or variable. Errors: ENOENT where it is not described (a
// symbol that is defined in assembly), EBADMSG where the description is damaged.
Result<SymbolType> type_of(const TypeSource& source, std::string_view symbol);

// What `source` knows of the same symbol and of the structures that another one's type reaches.
Result<SymbolType> same_types(const TypeSource& source, std::string_view symbol,
                              const SymbolType& other);

}  // namespace kmodern::module
