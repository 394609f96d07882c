// A kernel's requests for modules, as a daemon takes and answers them: it asks on a channel instead
// of running the program in /proc/sys/kernel/modprobe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"

namespace kmodern::kernel {

// The process that a request was made for; what is not known is empty or -1. Read by the kernel
// when it asked, as the process may be gone when the request is looked at.
struct Asker {
  int pid = 0;  // 0: the kernel itself
  std::string comm;
  std::string command_line;  // arguments separated by spaces
  std::string executable;    // /proc/PID/exe
  std::int64_t uid = -1;
  std::string cgroup;  // "/system.slice/x.service"
};

struct ModuleRequest {
  std::uint64_t id = 0;
  std::string name;   // as request_module() was given it: not to be trusted
  std::string cause;  // what asked: "open /dev/hello", "mount of msdos", "request_module by snd"
  bool waits = true;  // false: request_module_nowait()
  Asker asker;
};

// One daemon's end of the channel. While one is connected the kernel asks there; a request that is
// not answered when the channel breaks goes to the program instead, so that none is lost.
class RequestChannel {
 public:
  virtual ~RequestChannel() = default;

  // Readable (poll(2)) when next() has something to give.
  virtual int descriptor() const = 0;
  // The next request; nullopt if there is none now. Errors: ECONNRESET when the kernel is gone.
  virtual Result<std::optional<ModuleRequest>> next() = 0;
  // Ends a request: `status` is the exit status that the program would have had (0: done), or
  // -errno. Of a request that nobody waits for any more it is forgotten.
  virtual Result<void> answer(std::uint64_t id, int status) = 0;
};

}  // namespace kmodern::kernel
