// Whose call a thread of the kernel carries out, where no open file tells it: what the init of a
// module asks for is asked for by the process that loads it.
#pragma once

#include <string>

namespace kmodern::ukernel {

class OnBehalf {
 public:
  struct Process {
    int pid = 0;       // 0: of none
    std::string comm;  // empty: as /proc says while it waits, when somebody wants to know
  };

  // The calling thread works for that process, until the end of this object.
  explicit OnBehalf(Process process);
  ~OnBehalf();
  OnBehalf(const OnBehalf&) = delete;
  OnBehalf& operator=(const OnBehalf&) = delete;

  // For whom the calling thread works.
  static const Process& now();

 private:
  Process process_;
  const OnBehalf* outer_;
};

}  // namespace kmodern::ukernel
