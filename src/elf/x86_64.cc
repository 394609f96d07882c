#include "elf/x86_64.h"

#include <elf.h>

#include <cstring>

namespace kmodern::elf::x86_64 {
namespace {

struct Field {
  std::size_t size = 0;  // bytes
  bool relative = false;
  bool is_signed = false;
};

bool fits(std::uint64_t value, Field field) {
  if (field.size == 8) return true;
  if (field.is_signed) return static_cast<std::int64_t>(value) == static_cast<std::int32_t>(value);
  return value == static_cast<std::uint32_t>(value);
}

// False for a type that is not known.
bool field_of(std::uint32_t type, Field& field) {
  switch (type) {
    case R_X86_64_NONE:
      field = {};
      return true;
    case R_X86_64_64:
      field = {.size = 8};
      return true;
    case R_X86_64_PC64:
      field = {.size = 8, .relative = true, .is_signed = true};
      return true;
    case R_X86_64_32:
      field = {.size = 4};
      return true;
    case R_X86_64_32S:
      field = {.size = 4, .is_signed = true};
      return true;
    case R_X86_64_PC32:
    case R_X86_64_PLT32:  // modules have no PLT: a call goes straight to its target
      field = {.size = 4, .relative = true, .is_signed = true};
      return true;
    default:
      return false;
  }
}

}  // namespace

Outcome apply(std::uint32_t type, std::span<std::byte> section, std::uint64_t offset,
              std::uint64_t address, std::uint64_t value, std::uint64_t& written) {
  Field field;
  if (!field_of(type, field)) return Outcome::unknown_type;
  if (field.size == 0) return Outcome::done;
  if (offset > section.size() || field.size > section.size() - offset) return Outcome::outside;
  written = field.relative ? value - (address + offset) : value;

  std::span<std::byte> place = section.subspan(offset, field.size);
  static constexpr std::byte zeros[8] = {};
  if (std::memcmp(place.data(), zeros, field.size) != 0) return Outcome::not_zero;
  if (!fits(written, field)) return Outcome::overflow;
  for (std::size_t i = 0; i < field.size; ++i)
    place[i] = static_cast<std::byte>(written >> (8 * i));  // little endian on any host
  return Outcome::done;
}

std::string_view type_name(std::uint32_t type) {
  switch (type) {
    case R_X86_64_NONE:
      return "R_X86_64_NONE";
    case R_X86_64_64:
      return "R_X86_64_64";
    case R_X86_64_PC64:
      return "R_X86_64_PC64";
    case R_X86_64_32:
      return "R_X86_64_32";
    case R_X86_64_32S:
      return "R_X86_64_32S";
    case R_X86_64_PC32:
      return "R_X86_64_PC32";
    case R_X86_64_PLT32:
      return "R_X86_64_PLT32";
    default:
      return {};
  }
}

}  // namespace kmodern::elf::x86_64
