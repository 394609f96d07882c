#include "ukernel/request/channel.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "ukernel/request/waiting.h"

namespace kmodern::ukernel {

namespace {

using std::chrono::steady_clock;

// The program's exit status as wait(2) gives it, or -errno.
int result_of(int status) {
  constexpr int last_errno = 4095;
  if (status < 0) return std::max(status, -last_errno);
  return (status & 0xff) << 8;
}

}  // namespace

Channel::Channel(std::function<void()> hang_up, std::chrono::milliseconds unread)
    : unread_(unread),
      ready_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      hang_up_(std::move(hang_up)) {}

std::optional<int> Channel::ask(kernel::ModuleRequest request, std::chrono::seconds limit,
                                const Gone& gone) {
  Lock lock(mutex_);
  if (closed_) return std::nullopt;
  const std::uint64_t id = next_++;
  auto pending = pending_.emplace(id, std::make_shared<Pending>()).first->second;
  pending->request = std::move(request);
  pending->request.id = id;
  untaken_.push_back(id);
  ::eventfd_write(ready_.get(), 1);

  const auto begin = steady_clock::now();
  std::optional<int> result;
  while (!(result = pending->status) && !closed_) {
    const auto waited = steady_clock::now() - begin;
    if (!pending->read && waited >= unread_) {
      close_locked();
    } else if (limit.count() > 0 && waited >= limit) {
      break;
    } else if (wait_a_moment(lock, pending->changed, gone) && !pending->status) {
      result = interrupted;
      break;
    }
  }
  pending_.erase(id);
  return result;
}

std::optional<kernel::ModuleRequest> Channel::take() {
  const Lock lock(mutex_);
  while (!untaken_.empty()) {
    const auto found = pending_.find(untaken_.front());
    untaken_.pop_front();
    if (found != pending_.end()) return found->second->request;
  }
  std::uint64_t count = 0;
  if (!closed_) ::eventfd_read(ready_.get(), &count);
  return std::nullopt;
}

void Channel::was_read(std::uint64_t id) {
  const Lock lock(mutex_);
  if (auto found = pending_.find(id); found != pending_.end()) found->second->read = true;
}

void Channel::answer(std::uint64_t id, int status) {
  const Lock lock(mutex_);
  auto found = pending_.find(id);
  if (found == pending_.end()) return;
  found->second->status = result_of(status);
  found->second->changed.notify_all();
}

void Channel::close() {
  const Lock lock(mutex_);
  close_locked();
}

void Channel::close_locked() {
  if (auto hang_up = std::exchange(hang_up_, nullptr)) hang_up();
  closed_ = true;
  ::eventfd_write(ready_.get(), 1);
  for (auto& [id, pending] : pending_) pending->changed.notify_all();
}

bool Channel::closed() const {
  const Lock lock(mutex_);
  return closed_;
}

}  // namespace kmodern::ukernel
