#include "fuse/wakes.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <utility>

namespace kmodern::fuse {

namespace {

void replace(fuse_pollhandle*& waiting, fuse_pollhandle* by) {
  if (waiting != nullptr) fuse_pollhandle_destroy(waiting);
  waiting = by;
}

}  // namespace

Wakes::Wakes() : all_(::epoll_create1(EPOLL_CLOEXEC)) {}

Wakes::~Wakes() {
  for (auto& [file, watch] : watches_) replace(watch.waiting, nullptr);
}

int Wakes::watch(std::uint64_t file, fuse_pollhandle* waiting) {
  std::lock_guard guard(mutex_);
  if (waiting == nullptr) {
    auto known = watches_.find(file);
    return known != watches_.end() ? known->second.event.get() : -1;
  }
  Watch& watch = watches_[file];
  replace(watch.waiting, waiting);
  if (watch.event) return watch.event.get();
  watch.event.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event wanted{.events = EPOLLIN, .data = {.u64 = file}};
  if (watch.event) ::epoll_ctl(all_.get(), EPOLL_CTL_ADD, watch.event.get(), &wanted);
  return watch.event.get();
}

void Wakes::forget(std::uint64_t file) {
  std::lock_guard guard(mutex_);
  auto found = watches_.find(file);
  if (found == watches_.end()) return;
  replace(found->second.waiting, nullptr);
  watches_.erase(found);
}

void Wakes::deliver() {
  std::array<epoll_event, 16> events;
  const int count = ::epoll_wait(all_.get(), events.data(), events.size(), 0);
  std::lock_guard guard(mutex_);
  for (int i = 0; i < count; ++i) {
    auto found = watches_.find(events[static_cast<std::size_t>(i)].data.u64);
    if (found == watches_.end()) continue;
    eventfd_t times = 0;
    (void)::eventfd_read(found->second.event.get(), &times);
    if (found->second.waiting != nullptr) fuse_lowlevel_notify_poll(found->second.waiting);
    replace(found->second.waiting, nullptr);
  }
}

}  // namespace kmodern::fuse
