// The clock's tick: module code reads the variable `jiffies`, so somebody must move it on while
// such code runs.
#pragma once

namespace kmodern::core {

// This thread begins to run module code, or goes on after a sleep; ends, or sleeps.
void enter_module_code();
void leave_module_code();

// While it lives, this thread sleeps in a call of module code, if it is in one.
class Asleep {
 public:
  Asleep();
  ~Asleep();
  Asleep(const Asleep&) = delete;

 private:
  bool in_call_;
};

}  // namespace kmodern::core
