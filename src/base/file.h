// Files: descriptors that close themselves, whole reads, and writes that appear whole or not at
// all.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"

namespace kmodern {

class unique_fd {
 public:
  unique_fd() = default;
  explicit unique_fd(int fd) : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(other.release()) {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  ~unique_fd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

// Opens for reading, close-on-exec. A directory is refused with EISDIR, with a text that says so.
Result<unique_fd> open_for_reading(const std::string& path);

// The whole of a regular file or of a generated one (procfs), up to `limit` bytes (EFBIG beyond).
Result<std::string> read_file(const std::string& path, std::uint64_t limit = 1ull << 30);

// Fills `to` from `offset`; a short read is EIO with the offset at which the file ended.
Result<void> read_exactly(int fd, std::uint64_t offset, std::span<std::byte> to,
                          std::string_view path);

// Writes all of it, continuing after short writes and EINTR.
Result<void> write_all(int fd, std::string_view bytes, std::string_view path);

// A file under construction beside its final name: commit() makes it appear under that name whole
// (write, fsync, rename); without commit nothing remains.
class AtomicFile {
 public:
  static Result<AtomicFile> create(std::string path, unsigned mode = 0644);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  Result<void> write(std::string_view bytes);
  Result<void> commit();

 private:
  AtomicFile(std::string path, std::string temporary, unique_fd fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}
  std::string path_;
  std::string temporary_;  // empty once committed or moved from
  unique_fd fd_;
};

// A read-only mapping of a whole file; empty files give an empty view.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::string& path);
  static Result<MappedFile> map(int fd, const std::string& path);
  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  ByteView view() const { return ByteView(bytes_); }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::span<const std::byte> bytes_;
};

// A fresh directory under $TMPDIR that is removed with all its contents at the end of its scope.
class TemporaryDirectory {
 public:
  static Result<TemporaryDirectory> create();
  TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  ~TemporaryDirectory();

  const std::string& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace kmodern
