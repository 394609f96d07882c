// Steps that can fail for want of memory, threads or files have a fail point, by which a test makes
// each of them fail in turn. Only tests arm them: no option, variable or message of users does, and
// a point that is not armed costs one load.
#pragma once

#include <atomic>
#include <cstddef>

namespace kmodern {

namespace fail_points {
inline std::atomic<bool> armed = false;
bool reached(const char* name) noexcept;
}  // namespace fail_points

// True where a test wants this step to fail. `name` says what fails, and is a literal.
inline bool fail_point(const char* name) noexcept {
  return fail_points::armed.load(std::memory_order_relaxed) && fail_points::reached(name);
}

// While it lives, the nth step (from 0) that any thread reaches fails, and no other one. One at a
// time.
class FailNth {
 public:
  explicit FailNth(std::size_t nth);
  FailNth(const FailNth&) = delete;
  FailNth& operator=(const FailNth&) = delete;
  ~FailNth();

  // What was made to fail; null: fewer steps were reached.
  const char* fired() const;
};

}  // namespace kmodern
