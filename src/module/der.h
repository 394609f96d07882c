// Reading DER (X.690), the encoding of PKCS#7 messages: values of a tag, a length and contents, one
// after another. Only what naming a signature's signer takes; nothing is verified here. (A tool
// that starts in half a millisecond cannot carry libcrypto along: its set-up alone would cost a
// tenth of that.)
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kmodern::module {

namespace der {
inline constexpr std::uint8_t integer = 0x02, octet_string = 0x04, object_identifier = 0x06,
                              sequence = 0x30, set = 0x31, context_0 = 0xa0, implicit_0 = 0x80;
}

struct DerValue {
  std::uint8_t tag = 0;
  std::string_view contents;
};

// Reads values from the front of `bytes`, which it borrows.
class DerReader {
 public:
  explicit DerReader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  // nullopt at the end, and for what is not DER: a length of indefinite form, or beyond the end.
  std::optional<DerValue> next();
  // The contents of the next value if it has this tag; else nothing is read.
  std::optional<std::string_view> next(std::uint8_t tag);

 private:
  std::string_view rest_;
};

}  // namespace kmodern::module
