#include "base/file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/fail_point.h"

namespace kmodern {

void unique_fd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

namespace {

Result<unique_fd> open_for_reading(const std::string& path, struct stat& status) {
  unique_fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(errno, path, "cannot open");
  if (::fstat(fd.get(), &status) != 0) return fail_errno(errno, path, "cannot stat");
  if (S_ISDIR(status.st_mode)) return fail(EISDIR, path, "is a directory, not a file");
  return fd;
}

}  // namespace

Result<unique_fd> open_for_reading(const std::string& path) {
  struct stat status;
  return open_for_reading(path, status);
}

Result<std::string> read_file(const std::string& path, std::uint64_t limit) {
  struct stat status;
  TRY(auto fd, open_for_reading(path, status));
  std::string text;
  // procfs files say 0: the size is only a first guess.
  text.resize(status.st_size > 0 ? static_cast<std::size_t>(status.st_size) + 1 : 4096);
  std::size_t length = 0;
  while (true) {
    if (length == text.size()) text.resize(text.size() * 2);
    ssize_t got = ::read(fd.get(), text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(errno, path, "cannot read");
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
    if (length > limit) return fail(EFBIG, path, fmt::format("is larger than {} bytes", limit));
  }
  text.resize(length);
  return text;
}

Result<void> read_exactly(int fd, std::uint64_t offset, std::span<std::byte> to,
                          std::string_view path) {
  while (!to.empty()) {
    ssize_t got = fail_point("read a file")
                      ? (errno = EIO, -1)
                      : ::pread(fd, to.data(), to.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return fail_errno(errno, std::string(path), fmt::format("cannot read at {:#x}", offset));
    if (got == 0) {
      return fail(EIO, std::string(path),
                  fmt::format("ends at {:#x}, {} bytes short of what its headers promise", offset,
                              to.size()),
                  "the file is truncated: install it again");
    }
    offset += static_cast<std::uint64_t>(got);
    to = to.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

Result<void> write_all(int fd, std::string_view bytes, std::string_view path) {
  while (!bytes.empty()) {
    ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      return fail_errno(errno, std::string(path), "cannot write",
                        errno == ENOSPC ? "make room on that filesystem and run it again" : "");
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<AtomicFile> AtomicFile::create(std::string path, unsigned mode) {
  std::string temporary = path + ".XXXXXX";
  unique_fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) return fail_errno(errno, path, "cannot create a file beside it");
  AtomicFile file(std::move(path), std::move(temporary), std::move(fd));
  if (::fchmod(file.fd_.get(), mode) != 0)
    return fail_errno(errno, file.path_, "cannot set its mode");
  return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      fd_(std::move(other.fd_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> AtomicFile::write(std::string_view bytes) {
  return write_all(fd_.get(), bytes, path_);
}

Result<void> AtomicFile::commit() {
  if (::fsync(fd_.get()) != 0) return fail_errno(errno, path_, "cannot bring to disk");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return fail_errno(errno, path_, "cannot put the new file in place");
  }
  temporary_.clear();
  return {};
}

Result<MappedFile> MappedFile::open(const std::string& path) {
  TRY(auto fd, open_for_reading(path));
  return map(fd.get(), path);
}

Result<MappedFile> MappedFile::map(int fd, const std::string& path) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return fail_errno(errno, path, "cannot stat");
  if (status.st_size == 0) return MappedFile({});
  auto size = static_cast<std::size_t>(status.st_size);
  void* memory = fail_point("map a file") ? (errno = ENOMEM, MAP_FAILED)
                                          : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (memory == MAP_FAILED) return fail_errno(errno, path, "cannot map");
  return MappedFile(std::span(static_cast<const std::byte*>(memory), size));
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

Result<TemporaryDirectory> TemporaryDirectory::create() {
  const char* parent = std::getenv("TMPDIR");
  std::string path =
      std::string(parent != nullptr && *parent != 0 ? parent : "/tmp") + "/kmodern-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr)
    return fail_errno(errno, path, "cannot make a temporary directory");
  return TemporaryDirectory(path);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace kmodern
