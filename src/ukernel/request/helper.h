// The program that loads modules for the kernel, as the layer above runs it: a usermode helper.
// Source: kernel/umh.c, and call_modprobe() in kernel/kmod.c.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace kmodern::ukernel {

struct HelperCommand {
  std::vector<std::string> arguments;  // the first is the program's path
  std::vector<std::string> environment;
  std::chrono::seconds limit{};  // it is killed when it has run that long; 0: never
  int stop = -1;                 // readable when the kernel ends: it is killed
};

// What becomes of it, told in this order by the thread that runs it: started() if it could be, then
// ended(), once.
class HelperEvents {
 public:
  virtual ~HelperEvents() = default;
  virtual void started() = 0;
  // `status` as wait(2) gives it, or -errno of a program that could not be run. `remark` is for the
  // log: what is more to say; empty: nothing.
  virtual void ended(int status, const std::string& remark) = 0;
};

// Returns when the program, and all that it has started, has gone.
using RunHelper = std::function<void(const HelperCommand&, HelperEvents&)>;

}  // namespace kmodern::ukernel
