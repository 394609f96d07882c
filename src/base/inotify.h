// The events of an inotify(7) descriptor.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace kmodern {

struct InotifyEvent {
  int watch = 0;           // as inotify_add_watch(2) gave it
  std::uint32_t mask = 0;  // IN_MOVE...
  std::string_view name;   // in the watched directory; empty for the directory itself
};

// Takes all that are there, oldest first; does not wait where the descriptor is IN_NONBLOCK.
void take_inotify_events(int inotify, const std::function<void(const InotifyEvent&)>& take);

}  // namespace kmodern
