// The entry of the supervisor layer: unmodified programs, whose module system calls, uname(2) and
// files of the module system reach a user-space kernel instead of the running one. By seccomp's
// user notification (seccomp_unotify(2)): no ptrace, no preloaded library, static programs too,
// children and pipelines included, no privilege needed. Calls that are not intercepted cost what
// they always cost.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "kernel/classic.h"
#include "ukernel/view/view.h"

namespace kmodern::supervisor {

// Who makes a system call.
struct Caller {
  pid_t pid = 0;  // of the thread
  // True when it waits for its call no more: it is dead, or a signal has interrupted it.
  std::function<bool()> gone;
};

// A mount(2) that is to make a new mount.
struct MountCall {
  std::string type;  // "msdos"
  std::string source;
  unique_fd image;      // the source, opened, where it is a file that can be read
  std::string folder;   // absolute, as the caller knows it
  unsigned long flags;  // MS_NOEXEC...
  std::string options;  // the filesystem's own
  bool asks = true;     // for a module, where the kernel does not have that type
};

// What supervised programs reach. System calls give what the call returns: >= 0, or -errno.
// Several threads call at once.
class Served {
 public:
  virtual ~Served() = default;

  virtual ukernel::View& view() = 0;
  // What uname -r says; empty: the running kernel's.
  virtual std::string release() = 0;

  // The text of a file of the view, as the caller may see it. Errors: those of View::read().
  virtual Result<std::string> read(const Caller&, const std::string& path) {
    return view().read(path);
  }
  // A descriptor whose calls reach the kernel one by one, for a file of the view that is no folder
  // and no link. May block, until the caller is gone. Errors: those of open(2); EOPNOTSUPP where
  // there can be no such descriptor.
  virtual Result<unique_fd> open(const Caller& caller, const std::string& path, int flags);

  // `file` is the caller's descriptor, taken over; none if the caller has no such descriptor.
  virtual long finit_module(const Caller& caller, const unique_fd& file,
                            std::string_view parameters, int flags) = 0;
  virtual long init_module(const Caller& caller, ByteView image, std::string_view parameters) = 0;
  virtual long delete_module(const Caller& caller, const std::string& name, unsigned flags) = 0;
  // nfsservctl(2) of Linux up to 3.0. `memory` is its argument, and behind it room for the result.
  virtual long nfsservctl(const Caller&, int /*command*/, std::span<std::byte> /*memory*/) {
    return -ENOSYS;
  }

  // ENODEV where there is no such type. May block.
  virtual long mount(const Caller&, MountCall) { return -ENODEV; }
  // True if the caller may mount: CAP_SYS_ADMIN, in whichever user namespace it is.
  virtual bool may_mount(const Caller&) { return false; }

  // The calls of Linux 2.1.18 to 2.4; nullptr: there are none.
  virtual kernel::classic::Calls* classic() { return nullptr; }
  // True if the caller may load and remove modules.
  virtual bool capable(const Caller&) { return true; }
};

struct Redirect {
  std::string from;  // "/lib/modules"
  std::string to;    // "/srv/root/lib/modules"
};

struct Options {
  // Paths at or below `from` are opened, looked at and read at `to`.
  std::vector<Redirect> redirects;
};

// How a program begins.
struct Manner {
  // As a usermode helper of Linux (kernel/umh.c): in a session of its own and in /, with umask 022,
  // no signal blocked or ignored, /dev/null for the descriptors 0 to 2 and no others. It ends with
  // the thread that starts it. Else as this process stands.
  bool helper = false;
  std::vector<std::string> environment;  // a helper's
};

// A program that waits to be supervised: its filter is in place, and it goes on to exec() when
// release() is called.
class Program {
 public:
  // Errors: ENOSYS, EPERM where the running kernel cannot (before 5.0, or seccomp forbidden), EBUSY
  // inside of another supervisor.
  static Result<Program> start(const std::vector<std::string>& command, const Manner& manner = {});

  pid_t pid() const { return pid_; }
  // On which its calls, and those of all its descendants, are announced.
  int listener() const { return listener_.get(); }
  unique_fd take_listener() { return std::move(listener_); }
  // Lets it run.
  void release();
  // The same, and waits until it does: 0, or the errno of its exec(). Its calls must be served
  // meanwhile.
  int release_and_wait_for_exec();
  // Waits for its end; the exit status as a shell gives it (128 + signal), 127 where the command
  // was not found.
  Result<int> wait();

 private:
  Program(pid_t pid, unique_fd listener, unique_fd gate)
      : pid_(pid), listener_(std::move(listener)), gate_(std::move(gate)) {}
  pid_t pid_;
  unique_fd listener_;
  unique_fd gate_;
};

// Serves the calls of a program and its descendants until the last of them is gone. Errors: what it
// needs itself (a temporary folder) cannot be had; the programs' intercepted calls fail with ENOSYS
// as soon as the listener is closed.
Result<void> supervise(int listener, Served& served, const Options& options);

}  // namespace kmodern::supervisor
