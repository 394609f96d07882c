// The kernel's end of the channel on which a daemon takes and answers its requests. It is given up
// as a whole: when the daemon closes it, sends what it must not, or reads nothing for a while.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "base/file.h"
#include "kernel/requests.h"

namespace kmodern::ukernel {

// Any thread may call.
class Channel {
 public:
  using Gone = std::function<bool()>;
  // `hang_up` breaks the connection to the daemon off, once. `unread`: how long a request may wait
  // until it is read.
  Channel(std::function<void()> hang_up, std::chrono::milliseconds unread);

  // What the daemon answered: as Host::request_module gives it; -ERESTARTSYS if `gone` said so.
  // nullopt: the program is to be run, as the channel is closed, or the limit (0: none) has passed.
  std::optional<int> ask(kernel::ModuleRequest request, std::chrono::seconds limit,
                         const Gone& gone);

  // Readable when there is a request to be taken, or the channel is closed.
  int descriptor() const { return ready_.get(); }
  std::optional<kernel::ModuleRequest> take();
  // The daemon has the request; it has ended, as RequestChannel::answer says it.
  void was_read(std::uint64_t id);
  void answer(std::uint64_t id, int status);

  // Whoever waits is answered by nullopt.
  void close();
  bool closed() const;

 private:
  struct Pending {
    kernel::ModuleRequest request;
    bool read = false;
    std::optional<int> status;
    std::condition_variable changed;
  };
  using Lock = std::unique_lock<std::mutex>;
  void close_locked();

  const std::chrono::milliseconds unread_;
  const unique_fd ready_;  // an eventfd
  mutable std::mutex mutex_;
  std::function<void()> hang_up_;  // null: it has been called
  bool closed_ = false;
  std::uint64_t next_ = 1;
  std::map<std::uint64_t, std::shared_ptr<Pending>> pending_;
  std::deque<std::uint64_t> untaken_;
};

}  // namespace kmodern::ukernel
