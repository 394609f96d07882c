#include "ukernel/module_thread.h"

#include <cerrno>
#include <new>
#include <system_error>
#include <thread>

#include "base/fail_point.h"
#include "ukernel/on_behalf.h"

namespace kmodern::ukernel {

Result<core::CallResult> run_in_thread(core::Core& core, const std::function<long()>& function,
                                       const Interrupted& interrupted) {
  core::CallResult result = 0;
  bool no_memory = false;
  try {
    if (fail_point("start a thread for module code"))
      throw std::system_error(EAGAIN, std::system_category());
    std::thread thread([&, caller = OnBehalf::now()] {
      const OnBehalf scope(caller);
      try {
        core.interruptible(interrupted);
        result = core.call(function);
      } catch (const std::bad_alloc&) {
        no_memory = true;
      }
    });
    thread.join();
    if (no_memory) throw std::bad_alloc();
  } catch (const std::bad_alloc&) {
    return fail_errno(ENOMEM, "thread", "cannot start one for module code");
  } catch (const std::system_error& error) {
    return fail_errno(error.code().value(), "thread", "cannot start one for module code",
                      "end other programs, or raise the limit (ulimit -u)");
  }
  return result;
}

}  // namespace kmodern::ukernel
