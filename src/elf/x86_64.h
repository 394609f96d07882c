// The relocation arithmetic of x86-64. Knows no ELF files: a number goes to a place, if it fits.
// Rules: System V ABI, AMD64 supplement, table 4.9; and what the kernel adds in
// arch/x86/kernel/module.c: the place must hold zero before, so that nothing is relocated twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace kmodern::elf::x86_64 {

enum class Outcome {
  done,
  unknown_type,
  outside,   // the place does not lie inside of the section
  overflow,  // the value does not fit in the field
  not_zero,  // the field was not zero before
};

// Applies one relocation at `offset` of `section`, whose first byte will be at `address` when the
// code runs. `value`: the symbol's address plus the addend. Nothing is written unless the outcome
// is done. `written` is what belongs in the field (set for overflow and not_zero too).
Outcome apply(std::uint32_t type, std::span<std::byte> section, std::uint64_t offset,
              std::uint64_t address, std::uint64_t value, std::uint64_t& written);

// "R_X86_64_PC32"; empty for a type that apply() does not know.
std::string_view type_name(std::uint32_t type);

}  // namespace kmodern::elf::x86_64
