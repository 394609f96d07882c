// Where supervised processes stand that have gone into a folder which the running kernel does not
// have: a folder of the view, or a redirected one. The running kernel believes them where they were
// before; what they name relative to their working directory is theirs all the same.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>

namespace kmodern::supervisor {

class WorkingDirectories {
 public:
  // nullopt: where the running kernel says. A new process inherits from its parent, as of fork(2).
  std::optional<std::string> of(pid_t thread);
  void set(pid_t thread, std::string path);
  // Where the running kernel says, again.
  void reset(pid_t thread);
  bool none() const { return processes_.empty(); }

 private:
  // Process ids are used again: the start tells two of one number apart.
  struct Process {
    std::string start;  // jiffies since boot
    std::string path;   // empty: where the running kernel says
  };
  void keep(pid_t thread, std::string path);
  void pass_to_children(pid_t process);

  std::map<pid_t, Process> processes_;
};

}  // namespace kmodern::supervisor
