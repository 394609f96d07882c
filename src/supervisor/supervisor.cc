#include "supervisor/supervisor.h"

#include <sys/syscall.h>
#include <sys/utsname.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "supervisor/classic_calls.h"
#include "supervisor/files.h"
#include "supervisor/notification.h"

namespace kmodern::supervisor {

namespace {

// One thread at a time leads: it waits for calls and serves the quick ones. A module call, or the
// open of a module's file, may take as long as the module likes: before it begins one, the leader
// hands the lead to another thread.
class Supervision {
 public:
  Supervision(int listener, Served& served, Files files)
      : listener_(listener), served_(served), files_(std::move(files)) {}

  void run() {
    lead();
    // Whoever waited for the lead has seen the end as well.
    std::vector<std::jthread> all;
    std::lock_guard guard(threads_mutex_);
    all.swap(threads_);
  }

 private:
  void lead() {
    while (true) {
      std::unique_lock leading(lead_);
      if (over_) return;
      auto call = Notification::receive(listener_);
      if (!call) {
        over_ = true;
        return;
      }
      files_.collect_writes();
      Files::Later open;
      if (files_.serve(*call, open) && !open) continue;
      if (call->number() == SYS_uname) {
        uname(*call);
        continue;
      }
      somebody_else_leads();
      ++busy_;
      leading.unlock();
      if (open) {
        open();
      } else {
        call->answer(result_of(*call));
      }
      --busy_;
    }
  }

  // With the lead held: makes sure that another thread waits for it.
  void somebody_else_leads() {
    std::lock_guard guard(threads_mutex_);
    if (busy_ + 1 <= threads_.size()) return;
    threads_.emplace_back([this] { lead(); });
  }

  void uname(const Notification& call) {
    utsname names{};
    ::uname(&names);
    if (const std::string release = served_.release(); !release.empty()) {
      std::memset(names.release, 0, sizeof names.release);
      release.copy(names.release, sizeof names.release - 1);
    }
    call.answer(call.write(call.argument(0), std::as_bytes(std::span(&names, 1))) ? 0 : -EFAULT);
  }

  long result_of(const Notification& call) {
    const Caller caller{call.pid(), [&call] { return !call.still_there(); }};
    if (auto result = classic_result(call, caller, served_)) return *result;
    switch (call.number()) {
      case SYS_finit_module: {
        auto parameters = call.string(call.argument(1), longest_parameters);
        if (!parameters) return -EFAULT;
        return served_.finit_module(caller, call.descriptor(static_cast<int>(call.argument(0))),
                                    *parameters, static_cast<int>(call.argument(2)));
      }
      case SYS_init_module: {
        const std::uint64_t size = call.argument(1);
        if (size > largest_image) return -ENOMEM;
        auto image = std::make_unique_for_overwrite<std::byte[]>(size);
        if (!call.read(call.argument(0), std::span(image.get(), size))) return -EFAULT;
        auto parameters = call.string(call.argument(2), longest_parameters);
        if (!parameters) return -EFAULT;
        return served_.init_module(caller, ByteView(std::span(image.get(), size)), *parameters);
      }
      case SYS_delete_module: {
        auto name = call.string(call.argument(0));
        if (!name) return -EFAULT;
        return served_.delete_module(caller, *name, static_cast<unsigned>(call.argument(1)));
      }
      default:
        return -ENOSYS;
    }
  }

  static constexpr std::size_t longest_parameters = 1 << 20;  // bytes
  static constexpr std::uint64_t largest_image = 1ull << 30;  // bytes

  int listener_;
  Served& served_;
  Files files_;
  std::mutex lead_;  // guards files_ and over_
  bool over_ = false;
  std::atomic<std::size_t> busy_ = 0;  // threads in a module call
  std::mutex threads_mutex_;
  std::vector<std::jthread> threads_;  // all but the first
};

}  // namespace

Result<unique_fd> Served::open(const Caller&, const std::string& path, int) {
  return fail(EOPNOTSUPP, path, "cannot be opened here");
}

Result<void> supervise(int listener, Served& served, const Options& options) {
  TRY(Files files, Files::make(served, options));
  Supervision(listener, served, std::move(files)).run();
  return {};
}

}  // namespace kmodern::supervisor
