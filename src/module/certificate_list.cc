#include "module/certificate_list.h"

#include <cstdint>

namespace kmodern::module {
namespace {

constexpr std::uint64_t alignment = 8;
constexpr std::size_t most =
    64;  // certificates; a list is not longer, and no search without an end

// The certificate that begins at `at`, by X.690: a SEQUENCE whose length takes two bytes, and in it
// another.
std::optional<ByteView> certificate_at(ByteView section, std::uint64_t at) {
  constexpr std::uint64_t header = 4;
  auto bytes = section.slice(at, header + 1);
  if (!bytes || !bytes->text().starts_with("\x30\x82") || bytes->text().back() != '\x30')
    return std::nullopt;
  const auto byte = [&](std::size_t i) { return std::to_integer<std::uint64_t>(bytes->span()[i]); };
  return section.slice(at, header + (byte(2) << 8 | byte(3)));
}

std::vector<ByteView> certificates_from(ByteView section, std::uint64_t begin) {
  std::vector<ByteView> list;
  std::uint64_t end = begin;
  for (auto one = certificate_at(section, begin); one; one = certificate_at(section, end)) {
    if (list.size() == most) return {};
    list.push_back(*one);
    end += one->size();
  }
  const std::uint64_t behind = (end + alignment - 1) / alignment * alignment;
  if (section.number<std::uint64_t>(behind) != end - begin) return {};
  return list;
}

}  // namespace

std::vector<ByteView> find_certificate_list(ByteView section) {
  for (std::uint64_t at = 0; section.contains(at, alignment); at += alignment) {
    if (!certificate_at(section, at)) continue;
    if (auto list = certificates_from(section, at); !list.empty()) return list;
  }
  return {};
}

}  // namespace kmodern::module
