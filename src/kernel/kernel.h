// The entry of the kernel layer: the one interface through which everything above loads, unloads
// and lists modules. Nothing above knows which of the three kernels it speaks to.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "kernel/classic.h"
#include "kernel/requests.h"

namespace kmodern::kernel {

// As /sys/module/NAME/initstate has it.
enum class State { live, coming, going };
std::string_view name(State state);  // "live", "coming", "going"

// One line of /proc/modules.
struct LoadedModule {
  std::string name;
  std::uint64_t size = 0;            // bytes of core and init memory
  long refcnt = 0;                   // -1 where the kernel cannot unload (no MODULE_UNLOAD)
  std::vector<std::string> holders;  // the modules that use it
  bool permanent = false;            // init without exit: it cannot be unloaded
  State state = State::live;
  std::uint64_t address = 0;  // 0 without CAP_SYSLOG
  std::string taints;         // letters, without brackets and marks
};

// What finit_module(2) takes.
struct LoadOptions {
  std::string parameters;           // "name=value name=value"
  bool ignore_modversions = false;  // MODULE_INIT_IGNORE_MODVERSIONS
  bool ignore_vermagic = false;     // MODULE_INIT_IGNORE_VERMAGIC
  bool autoclean = false;           // it may go when it is idle; only where classic() is
  // With autoclean: that it was asked for counts as its first use, so that it goes even if no other
  // follows.
  bool on_demand = false;
};

struct UnloadOptions {
  bool force = false;  // O_TRUNC
  // Where it is told what the module had not cleaned up, if the kernel knows: a line each.
  std::vector<std::string>* left_behind = nullptr;
};

class Kernel {
 public:
  virtual ~Kernel() = default;

  // "linux", "user:NAME", "record": for messages.
  virtual std::string describe() const = 0;

  // What uname -r says there.
  virtual Result<std::string> release() = 0;

  // Loads the module in the file. The error's code is the kernel's errno (ENOENT unknown symbol,
  // ENOEXEC, EEXIST, EINVAL, EPERM, EKEYREJECTED...) or why the file could not be read; its reason
  // is the best that this kernel says: diagnose/ tells more.
  virtual Result<void> load(const std::string& path, const LoadOptions& options) = 0;

  // Removes a module by its name. EWOULDBLOCK in use, EBUSY not live or permanent, ENOENT not
  // loaded, EPERM.
  virtual Result<void> unload(const std::string& name, const UnloadOptions& options) = 0;

  // Everything that is loaded, newest first, as one consistent reading.
  virtual Result<std::vector<LoadedModule>> modules() = 0;

  // One of them; nullopt if it is not loaded.
  virtual Result<std::optional<LoadedModule>> module(const std::string& name) = 0;

  // True if code of that name is part of the kernel itself as far as the kernel shows
  // (/sys/module/NAME without initstate). The database's modules.builtin knows more.
  virtual Result<bool> builtin(const std::string& name) = 0;

  // What /proc/sys/kernel/tainted says there: a bit for each taint (kernel/taints.h).
  virtual Result<std::uint64_t> tainted() = 0;

  // The system calls of Linux 2.1.18 to 2.4; nullptr where the kernel has none.
  virtual classic::Calls* classic() { return nullptr; }

  // Its requests for modules, for this process to answer. Errors: ENOTSUP where the kernel has no
  // such channel; EBUSY if another process holds it.
  virtual Result<std::unique_ptr<RequestChannel>> requests() {
    return fail(ENOTSUP, describe(), "this kernel asks for modules by running a program only",
                "see /proc/sys/kernel/modprobe");
  }
};

// Opens "linux", "user", "user:NAME" or "record". An empty `which` means $KMODERN_KERNEL, else
// linux. Errors: EINVAL for another word, with the words that there are; ECONNREFUSED where that
// user-space kernel does not run, with the command that starts it.
Result<std::unique_ptr<Kernel>> open(std::string_view which);

}  // namespace kmodern::kernel
