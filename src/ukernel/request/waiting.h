// Waiting for an event on behalf of somebody who may go away.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace kmodern::ukernel {

inline constexpr int interrupted = -512;  // -ERESTARTSYS, include/linux/errno.h

// Waits for a notification, but not for long; true if `gone` says that nobody waits any more.
inline bool wait_a_moment(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                          const std::function<bool()>& gone) {
  changed.wait_for(lock, std::chrono::milliseconds(50));
  if (!gone) return false;
  lock.unlock();  // it is not ours, and may take its time
  const bool result = gone();
  lock.lock();
  return result;
}

}  // namespace kmodern::ukernel
