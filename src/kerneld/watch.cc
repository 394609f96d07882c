#include "kerneld/watch.h"

#include <sys/inotify.h>

#include "base/inotify.h"

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
  take_inotify_events(inotify_.get(), [&](const InotifyEvent& event) {
    if (event.name.starts_with("modules.") || (event.mask & IN_Q_OVERFLOW) != 0) changed = true;
    // The directory itself has gone, or stands elsewhere.
    if ((event.mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) != 0) watching_ = false;
  });
  if (!watching_) {
    inotify_.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    watching_ = begin();
    changed = true;
  }
  return changed;
}

}  // namespace kmodern::kerneld
