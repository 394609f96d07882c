// Bounds-checked reading of bytes that came from outside. All checks are in subtraction form: an
// offset or a size from a hostile file is never added to anything before it is known to fit.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace kmodern {

// The value with its bytes in the order `order`, as a value of this machine.
template <std::unsigned_integral T>
constexpr T from_order(T value, std::endian order) {
  if (order == std::endian::native) return value;
  if constexpr (sizeof(T) == 1) return value;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
}

// A borrowed run of bytes. Reading outside of it gives nullopt, never a fault.
class ByteView {
 public:
  ByteView() = default;
  ByteView(std::span<const std::byte> bytes) : bytes_(bytes) {}
  ByteView(std::string_view text) : bytes_(std::as_bytes(std::span(text.data(), text.size()))) {}

  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  std::span<const std::byte> span() const { return bytes_; }
  const std::byte* data() const { return bytes_.data(); }

  bool contains(std::uint64_t offset, std::uint64_t size) const {
    return offset <= bytes_.size() && size <= bytes_.size() - offset;
  }

  std::optional<ByteView> slice(std::uint64_t offset, std::uint64_t size) const {
    if (!contains(offset, size)) return std::nullopt;
    return ByteView(bytes_.subspan(offset, size));
  }
  std::optional<ByteView> from(std::uint64_t offset) const {
    if (offset > bytes_.size()) return std::nullopt;
    return ByteView(bytes_.subspan(offset));
  }

  // An unaligned unsigned number stored in the given byte order.
  template <std::unsigned_integral T>
  std::optional<T> number(std::uint64_t offset, std::endian order = std::endian::little) const {
    if (!contains(offset, sizeof(T))) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return from_order(value, order);
  }

  // The NUL-terminated string at offset, without its NUL; nullopt if no NUL follows within the
  // view.
  std::optional<std::string_view> c_string(std::uint64_t offset) const {
    if (offset >= bytes_.size()) return std::nullopt;
    const char* begin = reinterpret_cast<const char*>(bytes_.data()) + offset;
    const void* end = std::memchr(begin, 0, bytes_.size() - offset);
    if (end == nullptr) return std::nullopt;
    return std::string_view(begin, static_cast<const char*>(end) - begin);
  }

  std::string_view text() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }

 private:
  std::span<const std::byte> bytes_;
};

// Bytes that are either owned (read from a file) or borrowed from something that outlives this
// (memory, a mapping).
class Bytes {
 public:
  Bytes() = default;
  static Bytes borrowed(ByteView view) {
    Bytes bytes;
    bytes.view_ = view;
    return bytes;
  }
  static Bytes owned(std::unique_ptr<std::byte[]> memory, std::size_t size) {
    Bytes bytes;
    bytes.view_ = ByteView(std::span(memory.get(), size));
    bytes.memory_ = std::move(memory);
    return bytes;
  }

  ByteView view() const { return view_; }
  std::size_t size() const { return view_.size(); }
  operator ByteView() const { return view_; }

 private:
  std::unique_ptr<std::byte[]> memory_;
  ByteView view_;
};

}  // namespace kmodern
