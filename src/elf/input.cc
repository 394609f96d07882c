#include "elf/input.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <span>

namespace kmodern::elf {

namespace {

constexpr std::uint64_t head_size = 4096;

}  // namespace

Result<Input> Input::open(const std::string& path) {
  unique_fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(errno, path, "cannot open");
  return file(std::move(fd), path);
}

Result<Input> Input::file(unique_fd fd, std::string path) {
  struct stat status;
  if (::fstat(fd.get(), &status) != 0) return fail_errno(errno, path, "cannot stat");
  if (S_ISDIR(status.st_mode)) return fail(EISDIR, path, "is a directory, not a file");
  Input input;
  input.path_ = std::move(path);
  input.fd_ = std::move(fd);
  input.size_ = static_cast<std::uint64_t>(status.st_size);
  TRY(input.memory_, input.read(0, std::min(input.size_, head_size)));
  return input;
}

Input Input::memory(ByteView memory, std::string path) {
  return Input::memory(Bytes::borrowed(memory), std::move(path));
}

Input Input::memory(Bytes memory, std::string path) {
  Input input;
  input.path_ = std::move(path);
  input.size_ = memory.size();
  input.memory_ = std::move(memory);
  return input;
}

Result<Bytes> Input::read(std::uint64_t offset, std::uint64_t size) const {
  if (offset > size_ || size > size_ - offset) {
    return fail(ENOEXEC, path_,
                fmt::format("{} bytes are wanted at offset {:#x}, but the file ends at {:#x}", size,
                            offset, size_),
                "the file is truncated: install it again");
  }
  const auto in_memory = memory_.view().slice(offset, size);
  if (!fd_) return Bytes::borrowed(*in_memory);
  auto memory = std::make_unique_for_overwrite<std::byte[]>(size);
  if (in_memory) {
    std::ranges::copy(in_memory->span(), memory.get());
  } else {
    TRY_OK(read_exactly(fd_.get(), offset, std::span(memory.get(), size), path_));
  }
  return Bytes::owned(std::move(memory), size);
}

ByteView Input::head() const {
  return *memory_.view().slice(0, std::min<std::uint64_t>(memory_.size(), head_size));
}

}  // namespace kmodern::elf
