#include "fuse/file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "ukernel/system_calls.h"
#include "ukernel/view/addresses.h"

namespace kmodern::fuse {

namespace {

constexpr std::size_t longest_store =
    4096;  // bytes of one write to sysfs: PAGE_SIZE, fs/kernfs/file.c
constexpr unsigned always_ready = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;  // DEFAULT_POLLMASK

}  // namespace

// Functions of parameters are module code.
bool TextFile::may_block() const { return path_.find("/parameters/") != std::string::npos; }

Result<std::string> TextFile::read(std::size_t size, std::uint64_t offset) {
  std::lock_guard guard(mutex_);
  if (offset == 0) {
    TRY(text_, view_.read(path_));
    if (!shows_addresses_) text_ = ukernel::without_addresses(path_, std::move(text_));
  }
  return offset < text_.size() ? text_.substr(offset, size) : "";
}

Result<std::size_t> TextFile::write(std::string_view bytes, std::uint64_t) {
  if (path_.starts_with("/sys/")) bytes = bytes.substr(0, longest_store);
  TRY_OK(view_.write(path_, bytes));
  return bytes.size();
}

Result<long> TextFile::ioctl(unsigned, unsigned long, std::string&) {
  return fail(ENOTTY, path_, "takes no commands");
}

Result<unsigned> TextFile::poll(int) { return always_ready; }

bool ModuleFile::seekable() {
  auto position = device_->seek(0, SEEK_CUR);
  std::lock_guard guard(mutex_);
  stream_ = !position && position.error().code == ESPIPE;
  return !stream_;
}

std::uint64_t ModuleFile::end() {
  std::lock_guard guard(mutex_);
  auto before = device_->seek(0, SEEK_CUR);
  auto last = before ? device_->seek(0, SEEK_END) : before;
  if (last) (void)device_->seek(*before, SEEK_SET);
  return last ? static_cast<std::uint64_t>(*last) : 0;
}

bool ModuleFile::at_own_position(std::uint64_t offset) {
  std::lock_guard guard(mutex_);
  return stream_ || offset == position_;
}

void ModuleFile::moved_to(std::uint64_t offset) {
  std::lock_guard guard(mutex_);
  position_ = offset;
}

Result<std::string> ModuleFile::read(std::size_t size, std::uint64_t offset) {
  std::string bytes(size, 0);
  const auto to = std::as_writable_bytes(std::span(bytes));
  const bool own = at_own_position(offset);
  auto got = own ? device_->read(to) : device_->read_at(to, static_cast<std::int64_t>(offset));
  if (!got) return std::unexpected(got.error());
  // A driver's count is the driver's word: it must not make us send what is not there.
  bytes.resize(std::min(size, static_cast<std::size_t>(*got)));
  if (own) moved_to(offset + bytes.size());
  return bytes;
}

Result<std::size_t> ModuleFile::write(std::string_view bytes, std::uint64_t offset) {
  const auto from = std::as_bytes(std::span(bytes));
  const bool own = at_own_position(offset);
  auto put =
      own ? device_->write(from) : device_->write_at(from, static_cast<std::int64_t>(offset));
  if (!put) return std::unexpected(put.error());
  const std::size_t size = std::min(bytes.size(), static_cast<std::size_t>(*put));
  if (own) moved_to(offset + size);
  return size;
}

Result<long> ModuleFile::ioctl(unsigned command, unsigned long argument, std::string& memory) {
  return device_->ioctl(command, argument, std::as_writable_bytes(std::span(memory)));
}

Result<long> ModuleFile::ioctl_for(int pid, unsigned command, unsigned long argument) {
  return device_->ioctl_for(pid, command, argument);
}

Result<unsigned> ModuleFile::poll(int wake) {
  TRY(const long events, device_->poll(wake));
  return static_cast<unsigned>(events);
}

Result<std::shared_ptr<File>> open_file(ukernel::Ukernel& kernel, const std::string& path,
                                        int flags, int pid) {
  const auto node = kernel.view().find(path);
  if (!node) return fail(ENOENT, path, "is not there");
  if (node->opened) {
    TRY(auto device, kernel.open(path, flags, pid, ukernel::comm_of(pid)));
    return std::make_shared<ModuleFile>(std::move(device));
  }
  // Not even root may: kernfs_fop_open().
  const int access = flags & O_ACCMODE;
  if (access != O_WRONLY && (node->mode & 0444) == 0)
    return fail(EACCES, path, "can only be written");
  if (access != O_RDONLY && (node->mode & 0222) == 0 && !node->any_for_root)
    return fail(EACCES, path, "cannot be written");
  return std::make_shared<TextFile>(kernel.view(), path, kernel.shows_addresses(pid));
}

}  // namespace kmodern::fuse
