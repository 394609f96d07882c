// Applies the relocation tables of an object to a copy of its sections, by the arithmetic of its
// machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.h"
#include "elf/elf.h"

namespace kmodern::elf {

// A section in memory: where it will be when its code runs, and where it can be written now. The
// two differ if the object is linked for somewhere else than this process. No bytes: not loaded.
struct SectionMemory {
  std::uint64_t address = 0;
  std::span<std::byte> bytes;
};

// ENOEXEC if there is no arithmetic for the object's machine; the text names those that there are.
Result<void> can_relocate(const Object& object);

// `sections` by section index, `symbols` the final addresses by symbol index (of the object's
// symbol table). Tables of sections that are not loaded are passed over. Returns how many
// relocations were applied. Errors, all ENOEXEC with section, offset and symbol: an unknown type,
// an overflow, a place outside of its section or not zero, a symbol index out of range.
Result<std::size_t> relocate(const Object& object, std::span<const SectionMemory> sections,
                             std::span<const std::uint64_t> symbols);

}  // namespace kmodern::elf
