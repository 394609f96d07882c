#include "database/index_writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "base/bytes.h"

namespace kmodern::database {

namespace {

constexpr std::size_t header_size = 12;

void append_number(std::string& to, std::uint32_t number) {
  const std::uint32_t big = from_order(number, std::endian::big);
  to.append(reinterpret_cast<const char*>(&big), sizeof big);
}

void put_number(std::string& in, std::size_t at, std::uint32_t number) {
  const std::uint32_t big = from_order(number, std::endian::big);
  in.replace(at, sizeof big, reinterpret_cast<const char*>(&big), sizeof big);
}

// One node to write: the sorted entries under it, the length of the key on the way to it, and the
// place of the reference that its parent left open.
struct Pending {
  std::span<const IndexEntry> entries;
  std::size_t depth = 0;
  std::size_t reference_at = 0;
};

// What all keys share from `depth` on: of sorted keys, what the first and the last share.
std::string_view shared_prefix(std::span<const IndexEntry> entries, std::size_t depth) {
  const std::string_view first = entries.front().key.substr(depth);
  const std::string_view last = entries.back().key.substr(depth);
  const auto [end, ignored] = std::ranges::mismatch(first, last);
  return first.substr(0, static_cast<std::size_t>(end - first.begin()));
}

void write_values(std::span<const IndexEntry> entries, std::string& bytes) {
  append_number(bytes, static_cast<std::uint32_t>(entries.size()));
  for (const IndexEntry& entry : entries) {
    append_number(bytes, entry.priority);
    bytes.append(entry.value).push_back('\0');
  }
}

// Leaves a reference of 0 for every character between the first and the last that follow, and pends
// a node for each that does; the first of them is the next to be written.
void write_children(std::span<const IndexEntry> entries, std::size_t depth, std::string& bytes,
                    std::vector<Pending>& pending) {
  const auto character = [depth](const IndexEntry& entry) {
    return static_cast<unsigned char>(entry.key[depth]);
  };
  const unsigned first = character(entries.front());
  const unsigned last = character(entries.back());
  bytes.push_back(static_cast<char>(first));
  bytes.push_back(static_cast<char>(last));
  const std::size_t references = bytes.size();
  bytes.append((last - first + 1) * sizeof(std::uint32_t), '\0');
  const std::size_t before = pending.size();
  while (!entries.empty()) {
    const unsigned current = character(entries.front());
    const auto end = std::ranges::upper_bound(entries, current, {}, character);
    const auto count = static_cast<std::size_t>(end - entries.begin());
    pending.push_back(
        {entries.first(count), depth + 1, references + (current - first) * sizeof(std::uint32_t)});
    entries = entries.subspan(count);
  }
  std::reverse(pending.begin() + static_cast<std::ptrdiff_t>(before), pending.end());
}

// Parents before their children, so that a search goes forward through the file.
void write_node(const Pending& node, std::string& bytes, std::vector<Pending>& pending) {
  std::uint32_t reference = static_cast<std::uint32_t>(bytes.size());
  // The root has no prefix even where it could: kmod writes it so, and readers may count on that.
  const bool is_root = reference == header_size;
  const std::string_view prefix =
      is_root ? std::string_view() : shared_prefix(node.entries, node.depth);
  const std::size_t depth = node.depth + prefix.size();
  const auto longer = std::ranges::find_if(
      node.entries, [depth](const IndexEntry& entry) { return entry.key.size() > depth; });
  const auto ending = static_cast<std::size_t>(longer - node.entries.begin());
  if (!prefix.empty()) {
    reference |= node_has_prefix;
    bytes.append(prefix).push_back('\0');
  }
  if (ending < node.entries.size()) {
    reference |= node_has_children;
    write_children(node.entries.subspan(ending), depth, bytes, pending);
  }
  if (ending > 0) {
    reference |= node_has_values;
    write_values(node.entries.first(ending), bytes);
  }
  put_number(bytes, node.reference_at, reference);
}

}  // namespace

bool index_can_hold(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char character) {
    return static_cast<signed char>(character) > 0;
  });
}

Result<std::string> write_index(std::vector<IndexEntry> entries, const std::string& path) {
  // Reversed first, so that a stable sort leaves the later of two equals in front.
  std::ranges::reverse(entries);
  std::ranges::stable_sort(entries, [](const IndexEntry& left, const IndexEntry& right) {
    const int order = left.key.compare(right.key);
    return order != 0 ? order < 0 : left.priority < right.priority;
  });

  std::string bytes;
  append_number(bytes, index_magic);
  append_number(bytes, index_version);
  append_number(bytes, header_size);  // the root; without flags it is an empty node
  std::vector<Pending> pending;
  if (!entries.empty()) pending.push_back({entries, 0, bytes.size() - sizeof(std::uint32_t)});
  while (!pending.empty()) {
    const Pending node = pending.back();
    pending.pop_back();
    if (bytes.size() > node_offset_mask) {
      return fail(EFBIG, path,
                  fmt::format("would be larger than the {} bytes that the format can address",
                              node_offset_mask));
    }
    write_node(node, bytes, pending);
  }
  return bytes;
}

}  // namespace kmodern::database
