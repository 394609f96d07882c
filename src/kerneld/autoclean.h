// Takes away what is not used any more: modules that were loaded on demand carry the mark AUTOCLEAN
// in the kernel, which itself knows whether they were used since it was last asked
// (delete_module(NULL), docs/classic.md). So it need not be this daemon that loaded them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "kernel/kernel.h"

namespace kmodern::kerneld {

// Sweeps in a thread of its own, as the exit of a module can take any time.
class Autoclean {
 public:
  // The names of what a sweep has taken away.
  using Swept = std::function<void(const Result<std::vector<std::string>>& removed)>;

  // What is unused for one `idle` at least, and two at most, goes; 0: nothing does. `kernel` has
  // classic(). `swept` is called by that thread after each sweep.
  Autoclean(std::unique_ptr<kernel::Kernel> kernel, std::chrono::milliseconds idle, Swept swept);
  // Waits for a sweep that is under way.
  ~Autoclean();
  Autoclean(const Autoclean&) = delete;
  Autoclean& operator=(const Autoclean&) = delete;

  // From now on; the time since the last sweep counts.
  void set_idle(std::chrono::milliseconds idle);

 private:
  void work(const std::stop_token& stop);

  const std::unique_ptr<kernel::Kernel> kernel_;
  const Swept swept_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::chrono::milliseconds idle_;  // under the mutex
  std::jthread thread_;             // last: it uses all of the above
};

}  // namespace kmodern::kerneld
