#include "fuse/call.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/process_status.h"

namespace kmodern::fuse {

namespace {

// True if a signal waits that ends the process, or it is gone.
bool about_to_die(int pid) {
  const auto status = ProcessStatus::of(pid);
  if (!status) return true;
  constexpr auto bit = [](int signal) { return std::uint64_t{1} << (signal - 1); };
  // signal(7): what is neither caught nor ignored ends a process, but for these.
  constexpr std::uint64_t harmless = bit(SIGCHLD) | bit(SIGCONT) | bit(SIGURG) | bit(SIGWINCH) |
                                     bit(SIGSTOP) | bit(SIGTSTP) | bit(SIGTTIN) | bit(SIGTTOU);
  const std::uint64_t pending = status->set("SigPnd") | status->set("ShdPnd");
  const std::uint64_t kept =
      status->set("SigBlk") | status->set("SigIgn") | status->set("SigCgt") | harmless;
  return (pending & ~kept) != 0;
}

}  // namespace

void Call::Interrupted::add(std::shared_ptr<Call> call) {
  std::lock_guard guard(mutex_);
  calls_.push_back(std::move(call));
}

bool Call::Interrupted::empty() const {
  std::lock_guard guard(mutex_);
  return calls_.empty();
}

void Call::Interrupted::pursue() {
  std::lock_guard guard(mutex_);
  std::erase_if(calls_, [](const auto& call) {
    if (!call->answered_ && about_to_die(call->pid_) && !call->answered_.exchange(true))
      fuse_reply_err(call->request_, EINTR);
    return call->answered_.load();
  });
}

Call::Call(fuse_req_t request, ukernel::Ukernel& kernel, Interrupted& interrupted)
    : request_(request),
      kernel_(kernel),
      all_interrupted_(interrupted),
      pid_(fuse_req_ctx(request)->pid) {}

std::shared_ptr<Call> Call::begin(fuse_req_t request, ukernel::Ukernel& kernel,
                                  Interrupted& interrupted) {
  std::shared_ptr<Call> call(new Call(request, kernel, interrupted));
  fuse_req_interrupt_func(request, on_interrupt, call.get());
  kernel.interruptible([self = call.get()] { return self->interrupted_.load(); });
  return call;
}

// libfuse holds the request meanwhile: the thread of the call does not get past end().
void Call::on_interrupt(fuse_req_t, void* call) {
  auto self = static_cast<Call*>(call)->shared_from_this();
  self->interrupted_ = true;
  self->all_interrupted_.add(self);
}

bool Call::end() {
  kernel_.interruptible(nullptr);
  if (answered_.exchange(true)) return false;
  fuse_req_interrupt_func(request_, nullptr, nullptr);
  return true;
}

}  // namespace kmodern::fuse
