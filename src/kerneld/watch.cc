#include "kerneld/watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace kmodern::kerneld {

IndexWatch::IndexWatch(std::string directory)
    : directory_(std::move(directory)), inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  watching_ = begin();
}

bool IndexWatch::begin() {
  constexpr unsigned events =
      IN_CLOSE_WRITE | IN_MOVE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
  return inotify_ && ::inotify_add_watch(inotify_.get(), directory_.c_str(), events) >= 0;
}

bool IndexWatch::changed() {
  if (!watching_) {
    watching_ = begin();
    return true;
  }
  bool changed = false;
  std::array<char, 4096> buffer;
  for (ssize_t got; (got = ::read(inotify_.get(), buffer.data(), buffer.size())) > 0;) {
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const std::string_view name =
          event.len > 0 ? std::string_view(buffer.data() + at + sizeof event) : "";
      if (name.starts_with("modules.") || (event.mask & IN_Q_OVERFLOW) != 0) changed = true;
      // The directory itself has gone, or stands elsewhere.
      if ((event.mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) != 0) watching_ = false;
      at += sizeof event + event.len;
    }
  }
  if (!watching_) {
    inotify_.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    watching_ = begin();
    changed = true;
  }
  return changed;
}

}  // namespace kmodern::kerneld
