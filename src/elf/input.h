// Where the bytes of an ELF object come from.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"

namespace kmodern::elf {

// Where an object's bytes are: an open file, of which only its first page and the parts asked for
// are read, or memory.
class Input {
 public:
  // Errors: EISDIR, and what open(2), fstat(2) and pread(2) give. `path` is for messages.
  static Result<Input> open(const std::string& path);
  static Result<Input> file(unique_fd fd, std::string path);
  // `memory` is borrowed: it must outlive the Input and all that was read from it.
  static Input memory(ByteView memory, std::string path);
  static Input memory(Bytes memory, std::string path);

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }  // bytes
  // The beginning of the file: 4096 bytes, or all that it has.
  ByteView head() const;
  // Errors: ENOEXEC where that reaches beyond the end; EIO.
  Result<Bytes> read(std::uint64_t offset, std::uint64_t size) const;

 private:
  std::string path_;  // for messages
  unique_fd fd_;
  Bytes memory_;  // all of it, or the head of the open file
  std::uint64_t size_ = 0;
};

}  // namespace kmodern::elf
