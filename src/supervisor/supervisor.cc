#include "supervisor/supervisor.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "supervisor/classic_calls.h"
#include "supervisor/files.h"
#include "supervisor/notification.h"
#include "ukernel/on_behalf.h"

namespace kmodern::supervisor {

namespace {

// One thread at a time leads: it waits for calls and serves them. A module call, or the open of a
// module's file, may take as long as the module likes: while one runs the lead is on offer. Another
// thread takes it when there is a call to serve, and not before: most module calls are over by
// then, and nobody was woken.
class Supervision {
 public:
  static Result<void> run(int listener, Served& served, Files files) {
    Supervision all(listener, served, std::move(files));
    all.offer_.reset(::epoll_create1(EPOLL_CLOEXEC));
    all.end_.reset(::eventfd(0, EFD_CLOEXEC));
    if (!all.offer_ || !all.end_) return fail_errno(errno, "kmodern run", "cannot make an epoll");
    epoll_event end{.events = EPOLLIN, .data = {}};
    epoll_event none{.events = EPOLLONESHOT, .data = {}};
    if (::epoll_ctl(all.offer_.get(), EPOLL_CTL_ADD, all.end_.get(), &end) != 0 ||
        ::epoll_ctl(all.offer_.get(), EPOLL_CTL_ADD, listener, &none) != 0)
      return fail_errno(errno, "kmodern run", "cannot wait for calls");
    if (!all.lead()) all.follow();
    // Whoever follows has seen the end as well.
    std::vector<std::jthread> threads;
    {
      std::lock_guard guard(all.mutex_);
      threads.swap(all.threads_);
    }
    return {};
  }

 private:
  Supervision(int listener, Served& served, Files files)
      : listener_(listener), served_(served), files_(std::move(files)) {}

  // True at the end, false if another thread leads now.
  bool lead() {
    while (auto call = Notification::receive(listener_)) {
      files_.collect_writes();
      Files::Later open;
      if (files_.serve(*call, open) && !open) continue;
      if (!open && call->number() == SYS_uname) {
        uname(*call);
        continue;
      }
      const unsigned turn = offer_lead();
      if (open) {
        open();
      } else {
        call->answer(result_of(*call));
      }
      if (!take_back_lead(turn)) return false;
    }
    {
      std::lock_guard guard(mutex_);
      over_ = true;
    }
    ::eventfd_write(end_.get(), 1);
    return true;
  }

  void follow() {
    while (true) {
      epoll_event event{};
      (void)::epoll_wait(offer_.get(), &event, 1, -1);
      {
        std::lock_guard guard(mutex_);
        if (over_) return;
        if (!offered_) continue;
        offered_ = false;
        ++turn_;
        --followers_;
      }
      if (lead()) return;
    }
  }

  unsigned offer_lead() {
    unsigned turn = 0;
    {
      std::lock_guard guard(mutex_);
      if (followers_ == 0) {
        threads_.emplace_back([this] { follow(); });
        ++followers_;
      }
      offered_ = true;
      turn = turn_;
    }
    epoll_event calls{.events = EPOLLIN | EPOLLONESHOT, .data = {}};
    ::epoll_ctl(offer_.get(), EPOLL_CTL_MOD, listener_, &calls);
    return turn;
  }

  // False if it was taken.
  bool take_back_lead(unsigned turn) {
    {
      std::lock_guard guard(mutex_);
      if (turn_ != turn) {
        ++followers_;
        return false;
      }
      offered_ = false;
    }
    epoll_event none{.events = EPOLLONESHOT, .data = {}};
    ::epoll_ctl(offer_.get(), EPOLL_CTL_MOD, listener_, &none);
    return true;
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
    const ukernel::OnBehalf program({caller.pid, {}});
    if (auto result = classic_result(call, caller, served_)) return *result;
    switch (call.number()) {
      case SYS_finit_module: {
        auto parameters = call.string(call.argument(1), longest_parameters);
        if (!parameters || !call.still_there()) return -EFAULT;
        return served_.finit_module(caller, call.descriptor(static_cast<int>(call.argument(0))),
                                    *parameters, static_cast<int>(call.argument(2)));
      }
      case SYS_init_module: {
        const std::uint64_t size = call.argument(1);
        if (size > largest_image) return -ENOMEM;
        auto image = std::make_unique_for_overwrite<std::byte[]>(size);
        if (!call.read(call.argument(0), std::span(image.get(), size)))
          return permitted(served_.init_module(caller, {}, "")) ? -EFAULT : -EPERM;
        auto parameters = call.string(call.argument(2), longest_parameters);
        if (!parameters || !call.still_there()) return -EFAULT;
        return served_.init_module(caller, ByteView(std::span(image.get(), size)), *parameters);
      }
      case SYS_delete_module: {
        // A name has at most 55 characters: no module has a longer one.
        std::byte first;
        auto name = call.string(call.argument(0), longest_name + 1);
        if (!name && call.read(call.argument(0), std::span(&first, 1))) name = "";
        if (!name) return permitted(served_.delete_module(caller, "", 0)) ? -EFAULT : -EPERM;
        if (!call.still_there()) return -EFAULT;
        return served_.delete_module(caller, *name, static_cast<unsigned>(call.argument(1)));
      }
#ifdef SYS_nfsservctl
      case SYS_nfsservctl:
        return nfsservctl(call, caller);
#endif
      default:
        return -ENOSYS;
    }
  }

  long nfsservctl(const Notification& call, const Caller& caller) {
    std::array<std::byte, nfs_argument + nfs_result> memory{};
    const auto argument = std::span(memory).first(nfs_argument);
    const auto result = std::span(memory).last(nfs_result);
    if (!call.read(call.argument(1), argument)) return -EFAULT;
    const long code = served_.nfsservctl(caller, static_cast<int>(call.argument(0)), memory);
    const bool gives = code >= 0 && call.argument(2) != 0;
    return gives && !call.write(call.argument(2), result) ? -EFAULT : code;
  }

  // Whether the caller may make module calls is looked at before their arguments are.
  static bool permitted(long result) { return result != -EPERM; }

  static constexpr std::size_t longest_name = 55;
  static constexpr std::size_t longest_parameters = 1 << 20;  // bytes
  static constexpr std::uint64_t largest_image = 1ull << 30;  // bytes
  // struct nfsctl_arg, union nfsctl_res: nfsservctl(2).
  static constexpr std::size_t nfs_argument = 2096;
  static constexpr std::size_t nfs_result = 68;

  int listener_;
  Served& served_;
  Files files_;      // the leader's
  unique_fd offer_;  // an epoll: of the listener, while the lead is on offer, and of end_
  unique_fd end_;    // an eventfd
  std::mutex mutex_;
  bool offered_ = false;
  bool over_ = false;
  unsigned turn_ = 0;                  // how often the lead was taken
  unsigned followers_ = 0;             // threads that wait for it
  std::vector<std::jthread> threads_;  // all but the first
};

}  // namespace

Result<unique_fd> Served::open(const Caller&, const std::string& path, int) {
  return fail(EOPNOTSUPP, path, "cannot be opened here");
}

Result<void> supervise(int listener, Served& served, const Options& options) {
  TRY(Files files, Files::make(served, options));
  Notification::wake_here(listener);
  return Supervision::run(listener, served, std::move(files));
}

}  // namespace kmodern::supervisor
