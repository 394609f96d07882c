// Reading of depmod's binary indexes (modules.dep.bin and its family): a trie on disk, mapped and
// walked in place. Format: magic 0xB007F457, version 2.x, root; a reference to a node is its file
// offset with three flags above it; all numbers are big-endian. A damaged file gives an error,
// never a fault and never an endless walk.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"

namespace kmodern::database {

struct IndexValue {
  std::uint32_t priority = 0;  // lower comes first
  std::string_view text;       // borrows from the index
};

class IndexReader {
 public:
  // Errors: ENOENT...; EBADMSG for what is no index of version 2, with the cure.
  static Result<IndexReader> open(const std::string& path);
  // `bytes` is borrowed.
  static Result<IndexReader> from_memory(ByteView bytes, std::string path);

  // The first value under exactly this key. Errors, here and below: EBADMSG with the offset.
  Result<std::optional<std::string_view>> find(std::string_view key) const;

  // The values of all keys that, as patterns, match `text`; by priority.
  Result<std::vector<IndexValue>> match(std::string_view text) const;

  // Every value, in the order of the keys (depth first). A false answer ends the walk.
  Result<void> for_each(
      const std::function<bool(std::string_view key, const IndexValue& value)>& visit) const;

 private:
  IndexReader(std::optional<MappedFile> file, ByteView bytes, std::string path)
      : path_(std::move(path)), file_(std::move(file)), bytes_(bytes) {}
  static Result<IndexReader> check(IndexReader reader);

  std::string path_;  // for messages
  std::optional<MappedFile> file_;
  ByteView bytes_;
  std::uint32_t root_ = 0;
};

}  // namespace kmodern::database
