// What is open in a mount.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "ukernel/device.h"
#include "ukernel/ukernel.h"
#include "ukernel/view/view.h"

namespace kmodern::fuse {

// Any thread may call anything at any time. Errors: those of the system calls there.
class File {
 public:
  virtual ~File() = default;  // releases it

  // True if module code may run in a call, and block.
  virtual bool may_block() const = 0;
  // False if it has no positions: lseek(2) fails with ESPIPE, `offset` is of no meaning.
  virtual bool seekable() = 0;
  // The position at its end, for lseek(2); 0 where it has none.
  virtual std::uint64_t end() = 0;
  // The flags that the caller's descriptor has now, O_NONBLOCK and so on.
  virtual void set_flags(int flags) = 0;
  virtual Result<std::string> read(std::size_t size, std::uint64_t offset) = 0;
  virtual Result<std::size_t> write(std::string_view bytes, std::uint64_t offset) = 0;
  // `memory` is what the argument points to, of the size that the command tells; it is changed.
  virtual Result<long> ioctl(unsigned command, unsigned long argument, std::string& memory) = 0;
  // Of a process whose memory can be reached: the argument may point to any of it.
  virtual Result<long> ioctl_for(int /*pid*/, unsigned command, unsigned long argument) {
    std::string none;
    return ioctl(command, argument, none);
  }
  // What poll(2) would say; `wake` is an eventfd to be written to when that may have changed, -1:
  // none.
  virtual Result<unsigned> poll(int wake) = 0;
};

// A file of text that the module system makes: it is made when it is read from its beginning, as
// the kernel's seq_file does. Each write is one store.
class TextFile final : public File {
 public:
  TextFile(ukernel::View& view, std::string path, bool shows_addresses)
      : view_(view), path_(std::move(path)), shows_addresses_(shows_addresses) {}

  bool may_block() const override;
  bool seekable() override { return true; }
  std::uint64_t end() override { return 0; }
  void set_flags(int) override {}
  Result<std::string> read(std::size_t size, std::uint64_t offset) override;
  Result<std::size_t> write(std::string_view bytes, std::uint64_t offset) override;
  Result<long> ioctl(unsigned command, unsigned long argument, std::string& memory) override;
  Result<unsigned> poll(int wake) override;

 private:
  ukernel::View& view_;
  std::string path_;
  bool shows_addresses_;
  std::mutex mutex_;  // over text_
  std::string text_;
};

// A file that a module made.
class ModuleFile : public File {
 public:
  explicit ModuleFile(std::unique_ptr<ukernel::Device> device) : device_(std::move(device)) {}

  bool may_block() const override { return true; }
  bool seekable() override;
  std::uint64_t end() override;
  void set_flags(int flags) override { device_->set_flags(flags); }
  Result<std::string> read(std::size_t size, std::uint64_t offset) override;
  Result<std::size_t> write(std::string_view bytes, std::uint64_t offset) override;
  Result<long> ioctl(unsigned command, unsigned long argument, std::string& memory) override;
  Result<long> ioctl_for(int pid, unsigned command, unsigned long argument) override;
  Result<unsigned> poll(int wake) override;

 private:
  bool at_own_position(std::uint64_t offset);
  void moved_to(std::uint64_t offset);

  std::unique_ptr<ukernel::Device> device_;
  std::mutex mutex_;     // over the two below
  bool stream_ = false;  // seekable() said no: all calls are at its own position
  // Where the caller's descriptor stands if all its calls so far moved the file's own position,
  // which the module keeps as it likes. Calls at another position came after lseek(2), or are
  // pread(2).
  std::uint64_t position_ = 0;
};

// Opens what is at `path`, for the process `pid`. Errors: ENOENT, EACCES, or those of the module.
Result<std::shared_ptr<File>> open_file(ukernel::Ukernel& kernel, const std::string& path,
                                        int flags, int pid);

}  // namespace kmodern::fuse
