#include "ukernel/core/native/open_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "ukernel/core/native/api/devices.h"
#include "ukernel/core/native/platform/guard.h"
#include "ukernel/core/native/platform/thread.h"

namespace kmodern::core {

namespace {

// While it lives, this thread acts for the opener, and has its buffer as user memory.
class Caller {
 public:
  explicit Caller(const Holder& holder, UserRange user = {})
      : user_(std::exchange(this_thread().user, user)),
        task_(this_thread().task),
        holder_(std::exchange(this_thread().holder, &holder)) {
    platform_task& task = this_thread().task;
    task = {.pid = holder.pid, .comm = {}};
    std::copy_n(holder.comm.data(), std::min(holder.comm.size(), sizeof(task.comm) - 1), task.comm);
  }
  ~Caller() {
    this_thread().user = user_;
    this_thread().task = task_;
    this_thread().holder = holder_;
  }
  Caller(const Caller&) = delete;

 private:
  UserRange user_;
  platform_task task_;
  const Holder* holder_;
};

UserRange range_of(std::span<const std::byte> buffer, bool writable) {
  return {.begin = reinterpret_cast<std::uintptr_t>(buffer.data()),
          .size = buffer.size(),
          .writable = writable};
}

class NativeFile final : public OpenFile {
 public:
  NativeFile(device_file* file, Holder opener) : file_(file), opener_(std::move(opener)) {}
  ~NativeFile() override {
    if (file_ == nullptr) return;
    if (auto result = close(); !result && host() != nullptr) host()->oops(result.error());
  }
  NativeFile(const NativeFile&) = delete;

  CallResult start() {
    const Caller caller(opener_);
    return guarded_call([this] { return device_open(file_); });
  }
  // An open that failed has nothing to release.
  void drop() {
    const Caller caller(opener_);
    device_drop(std::exchange(file_, nullptr));
  }

  CallResult read(std::span<std::byte> to) override {
    if (file_ == nullptr) return -EBADF;
    const Caller caller(opener_, range_of(to, true));
    return guarded_call(
        [&] { return device_read(file_, reinterpret_cast<char*>(to.data()), to.size()); });
  }
  CallResult write(std::span<const std::byte> from) override {
    if (file_ == nullptr) return -EBADF;
    const Caller caller(opener_, range_of(from, false));
    return guarded_call([&] {
      return device_write(file_, reinterpret_cast<const char*>(from.data()), from.size());
    });
  }
  CallResult seek(long offset, int whence) override {
    if (file_ == nullptr) return -EBADF;
    const Caller caller(opener_);
    return guarded_call([&] { return device_seek(file_, offset, whence); });
  }
  CallResult ioctl(unsigned command, unsigned long argument, std::span<std::byte> memory) override {
    if (file_ == nullptr) return -EBADF;
    const Caller caller(opener_, range_of(memory, true));
    if (!memory.empty()) argument = reinterpret_cast<unsigned long>(memory.data());
    return guarded_call([&] { return device_ioctl(file_, command, argument); });
  }
  CallResult close() override {
    if (file_ == nullptr) return 0;
    CallResult result = 0;
    {
      const Caller caller(opener_);
      result = guarded_call([this] { return device_release(file_); });
    }
    drop();
    return result;
  }

 private:
  device_file* file_;
  Holder opener_;
};

std::unexpected<Error> no_device(const std::string& path, int error) {
  return fail_errno(error, path, "cannot open",
                    error == ENXIO || error == ENOENT
                        ? "`kmodern kernel status` lists the devices that there are; the module "
                          "that makes this one may not be loaded"
                        : "");
}

}  // namespace

Result<std::unique_ptr<OpenFile>> open_device(const std::string& path, int flags,
                                              const Holder& opener) {
  unsigned major = 0;
  unsigned minor = 0;
  if (int error = device_number(path.c_str(), &major, &minor); error < 0)
    return no_device(path, -error);
  device_file* prepared = nullptr;
  {
    const Caller caller(opener);
    if (int error = device_prepare(major, minor, flags, &prepared); error < 0)
      return no_device(path, -error);
  }
  auto file = std::make_unique<NativeFile>(prepared, opener);
  CallResult started = file->start();
  if (started && *started >= 0) return file;
  file->drop();
  if (started) return fail_errno(static_cast<int>(-*started), path, "the device's open refused");
  if (host() != nullptr) host()->oops(started.error());
  return fail(EFAULT, path, fmt::format("the device's open faulted: {}", started.error().what),
              "`kmodern dmesg` has the backtrace");
}

}  // namespace kmodern::core
