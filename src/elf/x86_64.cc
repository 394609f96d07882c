#include "elf/x86_64.h"

#include <elf.h>

#include <bit>
#include <cstring>

namespace kmodern::elf::x86_64 {
namespace {

// Little endian on any host.
template <typename T>
T read(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return std::endian::native == std::endian::little ? value : std::byteswap(value);
}

// Puts the low bytes of a value into a field of type T, to which the processor will extend them:
// with their sign where T is signed.
template <typename T>
Outcome put(std::span<std::byte> section, std::uint64_t offset, std::uint64_t value) {
  if (offset > section.size() || sizeof(T) > section.size() - offset) return Outcome::outside;
  std::byte* place = section.data() + offset;
  const T field = static_cast<T>(value);
  if (read<T>(place) != 0) return Outcome::not_zero;
  if (static_cast<std::uint64_t>(static_cast<std::int64_t>(field)) != value)
    return Outcome::overflow;
  const T bytes = read<T>(reinterpret_cast<const std::byte*>(&field));
  std::memcpy(place, &bytes, sizeof(T));
  return Outcome::done;
}

}  // namespace

Outcome apply(std::uint32_t type, std::span<std::byte> section, std::uint64_t offset,
              std::uint64_t address, std::uint64_t value, std::uint64_t& written) {
  written = value;
  switch (type) {
    case R_X86_64_NONE:
      return Outcome::done;
    case R_X86_64_64:
      return put<std::uint64_t>(section, offset, written);
    case R_X86_64_32:
      return put<std::uint32_t>(section, offset, written);
    case R_X86_64_32S:
      return put<std::int32_t>(section, offset, written);
    case R_X86_64_PC64:
      written = value - (address + offset);
      return put<std::uint64_t>(section, offset, written);
    case R_X86_64_PC32:
    case R_X86_64_PLT32:  // modules have no PLT: a call goes straight to its target
      written = value - (address + offset);
      return put<std::int32_t>(section, offset, written);
    default:
      return Outcome::unknown_type;
  }
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
