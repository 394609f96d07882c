// The one interface between the module system (src/ukernel) and what module code calls and runs on:
// a core. The native core (core/native) is a C API of our own; a hosted core is a distribution's
// kernel image. The module system knows nothing else of a core, and a core nothing of linking,
// states or counts.
#pragma once

#include <poll.h>

#include <cerrno>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"

namespace kmodern::core {

// A symbol that the core gives to modules.
struct Export {
  std::string_view name;
  std::uintptr_t address = 0;  // below 2 GiB: modules are built with -mcmodel=kernel
  std::optional<std::uint32_t> crc;
  bool gpl_only = false;
  std::string_view symbol_namespace;
};

// Where things stand in the core's struct module, the content of .gnu.linkonce.this_module.
// size 0: not known; then the module's symbols init_module and cleanup_module tell its functions.
struct ThisModuleLayout {
  std::size_t size = 0;
  std::size_t name = 0;  // char[56]
  std::size_t init = 0;  // int (*)(void)
  std::size_t exit = 0;  // void (*)(void)
};

// Module code did what it must not: the call that was running it was abandoned where it stood.
struct Fault {
  int signal = 0;                         // SIGSEGV, SIGFPE, SIGILL, SIGBUS
  std::uintptr_t address = 0;             // that was accessed, for SIGSEGV and SIGBUS
  std::uintptr_t ip = 0;                  // the instruction
  std::vector<std::uintptr_t> backtrace;  // return addresses, innermost first, starting with ip
  std::vector<std::pair<std::string, std::uint64_t>> registers;
  std::string what;  // "unable to handle kernel NULL pointer dereference at 0x8", as Linux words it
};

// Who uses a module, or a device.
struct Holder {
  std::string what;  // "open file /dev/hello"; empty: module code did it
  int pid = 0;       // of the process behind it, 0 if there is none
  std::string comm;  // its name
};

// A module that is asked for: what request_module() is given.
struct Wanted {
  std::string name;            // "char-major-10-200": any bytes
  std::string cause;           // "open of /dev/hello", "request_module by snd"
  bool waits = true;           // false: only until who loads it has begun
  int pid = 0;                 // of the process that it is wanted for, 0 if there is none
  std::string comm;            // its name, or that of the kernel's thread
  std::function<bool()> gone;  // says that nobody waits any more; null: never
};

// What a core may ask of the module system. Any thread may call.
class Host {
 public:
  virtual ~Host() = default;

  // One record of the kernel's log; level 0 to 7, text without its KERN_ prefix and without the
  // final newline. `continuation` extends the last record of the same thread (KERN_CONT).
  virtual void log(int level, std::string_view text, bool continuation) = 0;

  // try_module_get, module_put, module_refcount on a struct module; a null module is the kernel
  // itself, always there.
  virtual bool module_get(const void* this_module, const Holder& holder) = 0;
  virtual void module_put(const void* this_module, const Holder& holder) = 0;
  virtual int module_refcount(const void* this_module) = 0;

  // Module code faulted in a call whose result has no room for it: a device's open, a release from
  // a destructor, a thread of the core's own. (What CallResult gives back the module system sees.)
  virtual void oops(const Fault& fault) = 0;

  // The struct module of the module whose memory the address lies in; null outside of all.
  virtual const void* module_at(std::uintptr_t) { return nullptr; }

  // As request_module(): 0, the wait status of the program that was run, or -errno (-ERESTARTSYS,
  // -512, if `gone` said so). 0 does not mean that the module is there: look again.
  virtual int request_module(const Wanted&) { return -EBUSY; }

  // "name+0x1c/0x40 [module]" for an address in module text or in the core; the number itself for
  // what is neither.
  virtual std::string symbolize(std::uintptr_t address) = 0;
};

// Results are counts of bytes, or -errno as module code returned it; a fault is the module's.
using CallResult = std::expected<long, Fault>;

// Memory of a device that a program can map: a file of memory, and where in it the device's pages
// are, which need not lie side by side. Bytes; all are whole pages.
struct SharedMemory {
  struct Piece {
    std::optional<std::uint64_t> offset;  // nullopt: there is nothing in these bytes
    std::size_t size = 0;
  };
  unique_fd file;
  std::vector<Piece> pieces;  // one after the other
};

// An open file of a module: a device, a file in /proc or /sys. A call may block; others may be made
// meanwhile from other threads, but for close() and the end of the object.
class OpenFile {
 public:
  virtual ~OpenFile() = default;  // releases, if close() was not called
  // At the file's own position, which moves: read(2), write(2).
  virtual CallResult read(std::span<std::byte> to) = 0;
  virtual CallResult write(std::span<const std::byte> from) = 0;
  // At a position of the caller's; the file's own stays: pread(2), pwrite(2). -ESPIPE where there
  // are no positions.
  virtual CallResult read_at(std::span<std::byte> to, std::int64_t position) = 0;
  virtual CallResult write_at(std::span<const std::byte> from, std::int64_t position) = 0;
  virtual CallResult seek(long offset, int whence) = 0;
  // The argument as a number, or the address of `memory` where it is not empty (read and written in
  // place).
  virtual CallResult ioctl(unsigned command, unsigned long argument,
                           std::span<std::byte> memory) = 0;
  // The same for a process of this machine, in whose memory `argument` may be an address: the
  // module reads and writes what it wants there.
  virtual CallResult ioctl_for(int /*pid*/, unsigned command, unsigned long argument) {
    return ioctl(command, argument, {});
  }
  // What is ready now, as poll(2) has it (POLLIN, POLLOUT...); what has no poll is always ready.
  // `wake`: an eventfd that is written to when that may have changed, until the next poll() or
  // close(); -1: none. The core takes a copy of it. One poll() at a time.
  virtual CallResult poll(int /*wake*/) { return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM; }
  // The memory behind `size` bytes from `offset` on, as mmap(2) with MAP_SHARED and `protection`
  // (PROT_READ...) maps it: until close(). -ENODEV where nothing can be mapped.
  virtual CallResult map(std::uint64_t /*offset*/, std::size_t /*size*/, int /*protection*/,
                         SharedMemory& /*to*/) {
    return -ENODEV;
  }
  // O_ASYNC is set or cleared: SIGIO goes to the process `owner` when the module sees fit.
  virtual CallResult fasync(bool /*on*/, int /*owner*/) { return 0; }
  // fcntl(2) with F_SETFL: O_NONBLOCK and O_APPEND of `flags` take the place of what they were.
  virtual void set_flags(int /*flags*/) {}
  virtual CallResult close() = 0;
};

// What a module had acquired and not given back when its exit had returned, or its init failed.
struct Leftover {
  std::string what;                   // "3 blocks of memory (96 bytes)", "timer tick"
  std::string fate;                   // "freed", "deleted"; "kept"
  std::vector<std::string> acquired;  // the module's functions that led there, innermost first
};
struct Leftovers {
  std::vector<Leftover> things;
  std::string stays;  // what of these still runs code of it, so that its memory must stay
};

// What stands at a path below /dev, /proc or /sys.
struct Node {
  enum class Kind : std::uint8_t { file, folder, link, character, block };
  Kind kind = Kind::file;
  unsigned mode = 0444;    // permission bits
  std::string target;      // of a link
  std::uint64_t size = 0;  // bytes, as stat(2) says it
  unsigned major = 0;      // of a device
  unsigned minor = 0;
  unsigned uid = 0;
  unsigned gid = 0;
  std::int64_t modified = 0;  // seconds since 1970; 0: when the kernel started
  bool opened = false;        // module code is behind it: it is read and written through open()
  // A folder in which the machine has its own files too: /dev, /proc, /sys/class.
  bool shared = false;
  unsigned links = 1;
  // Root may open it as it likes, as files of procfs (but for /proc/sys); what cannot be done fails
  // when it is tried.
  bool any_for_root = false;
};

// What a program uses of the subsystems that modules register with.
struct Use {
  // "filesystem", "msdos", "disk.img", "cat", "/README.TXT": kmodern-use(1) has those of each.
  std::vector<std::string> words;
  int flags = 0;    // as of open(2)
  unique_fd image;  // a file that came along, to be read
};

// What becomes of a module; the numbers are those of enum module_state in include/linux/module.h.
enum class ModuleEvent : std::uint8_t { live = 0, coming = 1, going = 2 };

// A part of the kernel itself that could be a module, and has parameters or a version.
struct BuiltIn {
  std::string name;
  std::string version;                    // empty: none
  std::span<const std::byte> parameters;  // as a module's __param section; the core's memory
};

class Core {
 public:
  virtual ~Core() = default;

  // The module system introduces itself, once, before anything else is called.
  virtual void attach(Host& host) = 0;

  virtual std::string release() const = 0;   // "6.1.0-kmodern"
  virtual std::string vermagic() const = 0;  // what a module's vermagic must equal
  virtual std::span<const Export> exports() const = 0;
  virtual ThisModuleLayout this_module_layout() const = 0;

  // The parts of the kernel that /sys/module has folders for: no modules of their names can be
  // loaded. What it gives stays. null: there is none of that name.
  virtual const BuiltIn* built_in(std::string_view /*name*/) { return nullptr; }
  virtual std::vector<std::string> built_in_names() { return {}; }

  // What is done with the code of modules.
  enum class CodePolicy {
    run,
    link_only,  // it is for another kernel: init, exit and functions of parameters are passed over
  };
  virtual CodePolicy code_policy() const { return CodePolicy::run; }
  // With link_only: true for what this core itself gives to modules and may be used all the same.
  virtual bool provides(std::uintptr_t) const { return true; }

  // "that is a C library function; in a module use printk": for a symbol that no kernel exports;
  // empty if the core has nothing to say.
  virtual std::string advice(std::string_view unknown_symbol) const = 0;

  // Runs module code on this thread in the core's context and gives back what it returned, or the
  // fault that ended it. `function` must hold nothing that needs a destructor when a fault abandons
  // it.
  virtual CallResult call(const std::function<long()>& function) = 0;

  // What the calling thread waits for in module code is interrupted (-ERESTARTSYS) once `gone` says
  // that whom it acts for has gone; until it is set anew. null: never.
  virtual void interruptible(const std::function<bool()>& /*gone*/) {}

  // Tells the modules that want to know (register_module_notifier). Of one that is coming: -errno
  // of the first that refuses it; those told before are then told that it goes.
  virtual CallResult tell(ModuleEvent, const void* /*this_module*/) { return 0; }

  // A module's init has returned, its init memory is about to be freed: the core takes down what it
  // must know of the code there.
  virtual void init_gone(const void* /*this_module*/) {}

  // A module's exit has returned, or its init failed: the core takes away what it still owns.
  virtual Leftovers clean_up(const void* /*this_module*/) { return {}; }

  // A piece of a module's memory is about to be freed: the core forgets what points into it. Called
  // for each after exit, and after an init that failed, if clean_up() did not say that it stays.
  virtual void module_gone(const void* this_module, std::span<const std::byte> memory) = 0;

  // The core's name for an address in its own code, "printk+0x10/0x80"; nullopt if it is not there.
  virtual std::optional<std::string> symbolize(std::uintptr_t address) const = 0;

  // The files that modules have made. Paths are absolute and normalised; links are not followed.
  // find: nullopt if there is nothing of that name; list: the names in a folder.
  virtual std::optional<Node> find(const std::string& path) = 0;
  virtual std::vector<std::string> list(const std::string& path) = 0;
  // open(2) of such a file: ENOENT, ENXIO, EISDIR, EACCES, or the errno of the module's open. flags
  // as O_RDWR...
  virtual Result<std::unique_ptr<OpenFile>> open(const std::string& path, int flags,
                                                 const Holder& opener) = 0;

  // Something of a subsystem as an open file, after asking for the module that serves it where
  // there is none yet. ENOSYS if there is no such subsystem; else the errno of the system call that
  // it stands for: ENODEV, EAFNOSUPPORT, ENOENT...
  virtual Result<std::unique_ptr<OpenFile>> use(Use use, const Holder& user);
};

inline Result<std::unique_ptr<OpenFile>> Core::use(Use use, const Holder&) {
  return fail(ENOSYS, use.words.empty() ? "" : use.words[0], "is no subsystem of this core");
}

}  // namespace kmodern::core
