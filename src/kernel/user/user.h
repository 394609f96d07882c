// The client of a user-space kernel's server: the running kernel that `kmodern kernel start` made,
// seen from outside. One object is one connection; calls on it are made one at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "kernel/kernel.h"
#include "kernel/user/device_memory.h"
#include "kernel/user/redirects.h"

namespace kmodern::kernel {

// One record of the kernel's log.
struct LogRecord {
  std::uint64_t sequence = 0;      // counts from 0; a gap means that records were overwritten
  std::uint64_t microseconds = 0;  // since the kernel started
  int level = 6;                   // 0 emergency to 7 debug
  std::string text;                // without the final newline
};

// What a kernel says of itself.
struct UserStatus {
  std::string name;
  int pid = 0;
  std::string release;
  std::string vermagic;
  std::uint64_t uptime = 0;          // microseconds
  std::uint64_t modules = 0;         // how many are loaded
  std::uint64_t memory = 0;          // bytes of all modules' areas
  std::string taints;                // letters
  std::vector<std::string> faulted;  // modules that are pinned since they faulted
};

class UserKernel final : public Kernel, public classic::Calls {
 public:
  // Errors: ECONNREFUSED if no kernel of that name runs, with the command that starts it; EPERM if
  // its socket belongs to another user; EPROTO if it speaks another version.
  static Result<std::unique_ptr<UserKernel>> connect(std::string_view name);
  // One that can only be stopped, whatever version it speaks.
  static Result<std::unique_ptr<UserKernel>> connect_to_stop(std::string_view name);

  std::string describe() const override { return "user:" + name_; }
  Result<std::string> release() override;
  Result<void> load(const std::string& path, const LoadOptions& options) override;
  Result<void> unload(const std::string& name, const UnloadOptions& options) override;
  Result<std::vector<LoadedModule>> modules() override;
  Result<std::optional<LoadedModule>> module(const std::string& name) override;
  Result<bool> builtin(const std::string& name) override;
  Result<std::uint64_t> tainted() override;

  // On a connection of its own.
  Result<std::unique_ptr<RequestChannel>> requests() override;

  classic::Calls* classic() override { return this; }
  Result<std::uint64_t> create_module(const std::string& name, std::uint64_t size) override;
  Result<void> init_module(const std::string& name, ByteView image) override;
  Result<classic::Answer> query_module(const std::optional<std::string>& name,
                                       classic::Query query) override;
  Result<classic::Answer> get_kernel_syms() override;
  Result<std::vector<std::string>> remove_idle() override;
  Result<std::string> modules_text() override { return read_view("/proc/classic/modules"); }
  Result<void> taint(std::uint64_t mask) override;

  Result<UserStatus> status();

  // The log's records from `sequence` on, some hundreds at a time; none at its end. With `wait`, an
  // answer is given when there is at least one.
  Result<std::vector<LogRecord>> log(std::uint64_t sequence, bool wait);

  // The paths of the device nodes, "/dev/hello".
  Result<std::vector<std::string>> nodes();

  // Opens a device, or another file that modules have made, on this connection (which can have
  // several open). flags as open(2) takes them. The connection's end closes what it has open.
  Result<int> open_device(const std::string& path, int flags);
  // Opens something of the subsystems that modules register with, as `kmodern use` does: the words
  // of its command line. `image` is a file that goes along, or none.
  Result<int> use(const std::vector<std::string>& words, int flags, unique_fd image);
  Result<std::string> read_device(int file, std::size_t size);  // empty: end of file
  Result<std::size_t> write_device(int file, std::string_view bytes);
  // The new position; as lseek(2).
  Result<std::int64_t> seek_device(int file, std::int64_t offset, int whence);
  // What the ioctl returned. `memory`, where not empty, is what its argument points to, and is read
  // and written; else the argument is the number.
  Result<std::int64_t> ioctl_device(int file, std::uint32_t command, std::uint64_t argument,
                                    std::string& memory);
  // What is ready (POLLIN, POLLOUT...), as soon as something is, or when the time is up.
  Result<int> poll_device(int file, std::chrono::milliseconds patience);
  // As mmap(2) with MAP_SHARED: `size` bytes from `offset` on, which are whole pages. It stays
  // mapped until its end, but is the device's only until the file is closed. Errors: ENODEV where
  // nothing can be mapped, and what the module gives.
  Result<DeviceMemory> map_device(int file, std::uint64_t offset, std::size_t size, int protection);
  Result<void> close_device(int file);

  // The text of one of the files in which it shows its modules, "/proc/modules"; the names in a
  // folder. Paths are absolute and normalised. Errors: ENOENT, and those of read(2) there.
  Result<std::string> read_view(const std::string& path);
  Result<std::vector<std::string>> list_view(const std::string& path);
  // One write(2) to one of them. Errors: EACCES, EINVAL... as the kernel's handler gives them.
  Result<void> write_view(const std::string& path, std::string_view text);

  // Serves a program and its descendants, whose intercepted calls are announced on `listener`;
  // returns when the last of them is gone.
  Result<void> supervise(unique_fd listener, const std::vector<Redirect>& redirects);

  // Has a mount of its files served, of which `connection` (/dev/fuse) is this process's only one:
  // with the kernel, the connection ends. mount_ended() waits until it is unmounted.
  Result<void> start_mount(unique_fd connection);
  Result<void> mount_ended();

  // Asks the kernel to end, as a power switch does: exits of modules are not run.
  Result<void> shut_down();
  // The same, and waits until its process is gone. Errors: ETIMEDOUT.
  Result<void> stop(std::chrono::milliseconds patience = std::chrono::seconds(10));

  // The connection, to poll or to break off (shutdown(2)) from a signal handler.
  int socket() const { return socket_.get(); }

 private:
  UserKernel(std::string name, unique_fd socket)
      : name_(std::move(name)), socket_(std::move(socket)) {}
  struct Call;
  struct Answer;
  Result<Answer> ask(const Call& call);
  Result<void> send(const Call& call);
  std::unexpected<Error> broken(const std::string& reason);
  Result<Answer> receive();
  Result<classic::Answer> ask_classic(const Call& call);
  Result<std::vector<LoadedModule>> ask_modules(const Call& call);

  std::string name_;
  unique_fd socket_;
  std::string release_;
};

// The same as a Kernel; an empty name means "default".
Result<std::unique_ptr<Kernel>> open_user(std::string_view name);

}  // namespace kmodern::kernel
