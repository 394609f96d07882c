// One node of an index, read with every offset checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "database/index_writer.h"  // the format's constants

namespace kmodern::database {

struct IndexNode {
  std::string_view prefix;  // characters that all keys below share
  std::uint8_t first = 1;   // children stand for the characters first..last;
  std::uint8_t last = 0;    // none if first > last
  ByteView children;        // one reference each
  std::uint32_t value_count = 0;
  std::uint64_t values = 0;  // offset of the first value
  std::uint64_t size = 0;    // bytes of it up to the values

  // The reference to the child for a character; 0 if there is none.
  std::uint32_t child(unsigned char character) const {
    if (character < first || character > last) return 0;
    return children.number<std::uint32_t>((character - first) * 4u, std::endian::big).value_or(0);
  }
};

// nullopt if the node does not lie inside of the file or contradicts itself.
inline std::optional<IndexNode> read_index_node(ByteView file, std::uint32_t reference) {
  constexpr std::uint64_t most_children = 128;
  IndexNode node;
  std::uint64_t begin = reference & node_offset_mask, at = begin;
  if ((reference & node_has_prefix) != 0) {
    auto prefix = file.c_string(at);
    if (!prefix) return std::nullopt;
    node.prefix = *prefix;
    at += prefix->size() + 1;
  }
  if ((reference & node_has_children) != 0) {
    auto first = file.number<std::uint8_t>(at), last = file.number<std::uint8_t>(at + 1);
    if (!first || !last || *first > *last || *last >= most_children) return std::nullopt;
    auto children = file.slice(at + 2, (*last - *first + 1) * 4u);
    if (!children) return std::nullopt;
    node.first = *first;
    node.last = *last;
    node.children = *children;
    at += 2 + children->size();
  }
  if ((reference & node_has_values) != 0) {
    auto count = file.number<std::uint32_t>(at, std::endian::big);
    if (!count) return std::nullopt;
    node.value_count = *count;
    at += 4;
  }
  node.values = at;
  node.size = at - begin;
  return node;
}

}  // namespace kmodern::database
