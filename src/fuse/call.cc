#include "fuse/call.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>

#include "base/file.h"

namespace kmodern::fuse {

namespace {

// A line of /proc/PID/status that is a set of signals, bit 0 for signal 1.
std::uint64_t signals(std::string_view status, std::string_view label) {
  const std::size_t at = status.find(label);
  if (at == std::string_view::npos) return 0;
  std::uint64_t mask = 0;
  std::from_chars(status.data() + at + label.size(), status.data() + status.size(), mask, 16);
  return mask;
}

// True if a signal waits that ends the process, or it is gone.
bool about_to_die(int pid) {
  const auto status = read_file(fmt::format("/proc/{}/status", pid), 1 << 16);
  if (!status) return true;
  constexpr auto bit = [](int signal) { return std::uint64_t{1} << (signal - 1); };
  // signal(7): what is neither caught nor ignored ends a process, but for these.
  constexpr std::uint64_t harmless = bit(SIGCHLD) | bit(SIGCONT) | bit(SIGURG) | bit(SIGWINCH) |
                                     bit(SIGSTOP) | bit(SIGTSTP) | bit(SIGTTIN) | bit(SIGTTOU);
  const std::uint64_t pending = signals(*status, "\nSigPnd:\t") | signals(*status, "\nShdPnd:\t");
  const std::uint64_t kept = signals(*status, "\nSigBlk:\t") | signals(*status, "\nSigIgn:\t") |
                             signals(*status, "\nSigCgt:\t") | harmless;
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
