// Requests that module code answers, which may take as long as it likes, and what happens to them
// when a signal comes for the process that waits.
#pragma once

#include <fuse3/fuse_lowlevel.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "ukernel/ukernel.h"

namespace kmodern::fuse {

// One request while module code runs for it on this thread, whose interruptible sleeps end when the
// process that waits gets a signal. Any other thread may call, too.
class Call : public std::enable_shared_from_this<Call> {
 public:
  // Those whose processes got a signal.
  class Interrupted {
   public:
    void add(std::shared_ptr<Call> call);
    bool empty() const;
    // To be called now and then: lets processes go that are about to die, even where the module
    // waits on. On Linux such a process could not be killed.
    void pursue();

   private:
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<Call>> calls_;
  };

  static std::shared_ptr<Call> begin(fuse_req_t request, ukernel::Ukernel& kernel,
                                     Interrupted& interrupted);

  // The module is done. True if the request is still to be answered.
  bool end();

 private:
  Call(fuse_req_t request, ukernel::Ukernel& kernel, Interrupted& interrupted);
  static void on_interrupt(fuse_req_t request, void* call);

  fuse_req_t request_;
  ukernel::Ukernel& kernel_;
  Interrupted& all_interrupted_;
  int pid_;  // the thread that waits
  std::atomic<bool> interrupted_ = false;
  std::atomic<bool> answered_ = false;
};

}  // namespace kmodern::fuse
