// The binary index files (*.bin): a trie of keys with their values, as every libkmod reads it:
// 12 bytes of header (magic, version, root), then nodes; all numbers 32 bit, big-endian, unaligned.
// A reference to a node is its offset in the file with three flags that say which parts it has:
//   prefix   the characters that all keys below share, NUL-terminated
//   children u8 first, u8 last, u32 reference[last - first + 1]
//   values   u32 count, then count times u32 priority and a NUL-terminated value
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern::database {

inline constexpr std::uint32_t index_magic = 0xB007F457;
inline constexpr std::uint32_t index_version = 0x00020001;
inline constexpr std::uint32_t node_has_prefix = 0x80000000;
inline constexpr std::uint32_t node_has_values = 0x40000000;
inline constexpr std::uint32_t node_has_children = 0x20000000;
inline constexpr std::uint32_t node_offset_mask = 0x0fffffff;

// Views borrow from whoever made the entry.
struct IndexEntry {
  std::string_view key;
  std::string_view value;
  std::uint32_t priority = 0;  // readers prefer the lowest
};

// True if the format can hold the key: 7-bit characters, none of them NUL, at least one.
bool index_can_hold(std::string_view key);

// The bytes of an index of these entries, in whatever order they come; the same entries give the
// same bytes. Every key must be one that index_can_hold. Values of one key stand by ascending
// priority; of equal priority, the later entry first. Errors: EFBIG naming `path` beyond 256 MiB.
Result<std::string> write_index(std::vector<IndexEntry> entries, const std::string& path);

}  // namespace kmodern::database
