#include "module/der.h"

namespace kmodern::module {

std::optional<DerValue> DerReader::next() {
  if (rest_.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(rest_[at]); };
  const std::uint8_t tag = byte(0);
  if ((tag & 0x1f) == 0x1f) return std::nullopt;  // tags of several bytes do not occur here
  std::size_t header = 2;
  std::uint64_t length = byte(1);
  if (length >= 0x80) {
    const std::size_t count = length & 0x7f;
    if (count == 0 || count > 4 || rest_.size() - header < count) return std::nullopt;
    length = 0;
    for (std::size_t index = 0; index < count; ++index) length = length << 8 | byte(header + index);
    header += count;
  }
  if (length > rest_.size() - header) return std::nullopt;
  const DerValue value{tag, rest_.substr(header, length)};
  rest_.remove_prefix(header + length);
  return value;
}

std::optional<std::string_view> DerReader::next(std::uint8_t tag) {
  if (rest_.empty() || static_cast<std::uint8_t>(rest_.front()) != tag) return std::nullopt;
  auto value = next();
  return value ? std::optional(value->contents) : std::nullopt;
}

}  // namespace kmodern::module
