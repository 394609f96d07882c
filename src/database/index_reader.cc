#include "database/index_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "config/pattern.h"
#include "database/index_node.h"

namespace kmodern::database {
namespace {

constexpr std::string_view cure = "make the indexes anew: run depmod";
constexpr std::size_t longest_key = 4096;
constexpr std::string_view wild = "*?[\\";

bool is_wild(char character) { return wild.find(character) != std::string_view::npos; }

// One walk over an index. In a sound file no node is reached twice, so that all parts that a walk
// reads together are no larger than the file: reading more means that nodes refer to each other.
class IndexWalk {
 public:
  IndexWalk(ByteView file, const std::string& path)
      : file_(file), path_(path), budget_(file.size()) {}

  Result<IndexNode> node(std::uint32_t reference) {
    auto node = read_index_node(file_, reference);
    if (!node) return damaged(reference & node_offset_mask, "a node leaves the file");
    TRY_OK(spend(node->size, reference & node_offset_mask));
    return *node;
  }

  // Calls visit for each value of the node until it answers false.
  template <typename Visit>
  Result<bool> values(const IndexNode& node, Visit visit) {
    std::uint64_t at = node.values;
    for (std::uint32_t number = 0; number < node.value_count; ++number) {
      auto priority = file_.number<std::uint32_t>(at, std::endian::big);
      auto text = file_.c_string(at + 4);
      if (!priority || !text) return damaged(at, "a value leaves the file");
      TRY_OK(spend(5 + text->size(), at));
      if (!visit(IndexValue{*priority, *text})) return false;
      at += 5 + text->size();
    }
    return true;
  }

  // Calls visit(key, value) for everything at and below a node; `key` leads to it.
  template <typename Visit>
  Result<bool> everything(std::uint32_t reference, std::string& key, Visit& visit) {
    TRY(auto node, this->node(reference));
    std::size_t length = key.size();
    if (node.prefix.size() > longest_key - length)
      return damaged(reference & node_offset_mask, "a key is longer than any alias");
    key += node.prefix;
    TRY(bool go_on, values(node, [&](const IndexValue& value) { return visit(key, value); }));
    for (unsigned character = node.first; go_on && character <= node.last; ++character) {
      std::uint32_t child = node.child(static_cast<unsigned char>(character));
      if ((child & node_offset_mask) == 0) continue;
      if (key.size() == longest_key)
        return damaged(reference & node_offset_mask, "a key is longer than any alias");
      key += static_cast<char>(character);
      auto rest = everything(child, key, visit);
      if (!rest) return rest;
      go_on = *rest;
      key.pop_back();
    }
    key.resize(length);
    return go_on;
  }

  std::unexpected<Error> damaged(std::uint64_t offset, std::string_view what) const {
    return fail(EBADMSG, path_, fmt::format("damaged at {:#x}: {}", offset, what),
                std::string(cure));
  }

 private:
  Result<void> spend(std::uint64_t size, std::uint64_t offset) {
    if (size > budget_) return damaged(offset, "nodes refer to each other in a circle");
    budget_ -= size;
    return {};
  }

  ByteView file_;
  const std::string& path_;
  std::uint64_t budget_;
};

// The values at and below a node whose keys, which begin with `key`, match the text.
Result<void> match_below(IndexWalk& walk, std::uint32_t reference, std::string key,
                         std::string_view text, std::vector<IndexValue>& found) {
  auto visit = [&](const std::string& pattern, const IndexValue& value) {
    if (config::pattern_matches(pattern, text)) found.push_back(value);
    return true;
  };
  TRY_OK(walk.everything(reference, key, visit));
  return {};
}

}  // namespace

Result<IndexReader> IndexReader::open(const std::string& path) {
  TRY(auto file, MappedFile::open(path));
  ByteView bytes = file.view();
  return check(IndexReader(std::move(file), bytes, path));
}

Result<IndexReader> IndexReader::from_memory(ByteView bytes, std::string path) {
  return check(IndexReader(std::nullopt, bytes, std::move(path)));
}

Result<IndexReader> IndexReader::check(IndexReader reader) {
  auto number = [&](std::uint64_t offset) {
    return reader.bytes_.number<std::uint32_t>(offset, std::endian::big);
  };
  auto magic = number(0), version = number(4), root = number(8);
  if (!magic || !version || !root)
    return fail(EBADMSG, reader.path_,
                fmt::format("is no index: it has {} bytes", reader.bytes_.size()),
                std::string(cure));
  if (*magic != index_magic)
    return fail(EBADMSG, reader.path_, fmt::format("is no index: it begins with {:#010x}", *magic),
                std::string(cure));
  if (*version >> 16 != index_version >> 16)
    return fail(
        EBADMSG, reader.path_,
        fmt::format("is an index of version {}.{}, not 2", *version >> 16, *version & 0xffff),
        std::string(cure));
  reader.root_ = *root;
  return reader;
}

Result<std::optional<std::string_view>> IndexReader::find(std::string_view key) const {
  IndexWalk walk(bytes_, path_);
  std::optional<std::string_view> found;
  std::uint32_t reference = root_;
  while ((reference & node_offset_mask) != 0) {
    TRY(auto node, walk.node(reference));
    if (!key.starts_with(node.prefix)) break;
    key.remove_prefix(node.prefix.size());
    if (key.empty()) {
      TRY_OK(walk.values(node, [&](const IndexValue& value) {
        found = value.text;
        return false;
      }));
      break;
    }
    reference = node.child(static_cast<unsigned char>(key.front()));
    key.remove_prefix(1);
  }
  return found;
}

Result<std::vector<IndexValue>> IndexReader::match(std::string_view text) const {
  IndexWalk walk(bytes_, path_);
  std::vector<IndexValue> found;
  std::uint32_t reference = root_;
  // Literally as far as it goes; wherever a pattern branches off, everything behind it is tried.
  while ((reference & node_offset_mask) != 0) {
    TRY(auto node, walk.node(reference));
    std::size_t same = 0;
    while (same < node.prefix.size() && !is_wild(node.prefix[same]) && same < text.size() &&
           node.prefix[same] == text[same])
      ++same;
    if (same < node.prefix.size()) {
      if (is_wild(node.prefix[same])) {
        // `everything` reads this node again: a walk of its own, with a budget of its own.
        IndexWalk again(bytes_, path_);
        std::string_view rest = text.substr(same);
        auto visit = [&](const std::string& key, const IndexValue& value) {
          if (config::pattern_matches(std::string_view(key).substr(same), rest))
            found.push_back(value);
          return true;
        };
        std::string key;
        TRY_OK(again.everything(reference, key, visit));
      }
      break;
    }
    text.remove_prefix(same);
    for (char character : wild) {
      std::uint32_t child = node.child(static_cast<unsigned char>(character));
      if ((child & node_offset_mask) != 0)
        TRY_OK(match_below(walk, child, std::string(1, character), text, found));
    }
    if (text.empty()) {
      TRY_OK(walk.values(node, [&](const IndexValue& value) {
        found.push_back(value);
        return true;
      }));
      break;
    }
    // The children of wildcards were all tried above.
    if (is_wild(text.front())) break;
    reference = node.child(static_cast<unsigned char>(text.front()));
    text.remove_prefix(1);
  }
  std::ranges::stable_sort(found, {}, &IndexValue::priority);
  return found;
}

Result<void> IndexReader::for_each(
    const std::function<bool(std::string_view key, const IndexValue& value)>& visit) const {
  if ((root_ & node_offset_mask) == 0) return {};
  IndexWalk walk(bytes_, path_);
  std::string key;
  TRY_OK(walk.everything(root_, key, visit));
  return {};
}

}  // namespace kmodern::database
