#include "daemon/watch.h"

#include <sys/inotify.h>

#include <cerrno>
#include <string_view>

#include "base/inotify.h"

namespace kmodern::daemon {

Result<ConfigWatch> ConfigWatch::create(std::vector<Watched> what) {
  unique_fd inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify) return fail_errno(errno, "inotify", "cannot watch the configuration");
  ConfigWatch watch(std::move(what), std::move(inotify));
  watch.look_again();
  return watch;
}

// A directory that is watched already gives the same number again.
void ConfigWatch::look_again() {
  // Not IN_CREATE, but for directories: a file is of interest when it has been written.
  constexpr unsigned events = IN_CLOSE_WRITE | IN_MOVE | IN_DELETE | IN_CREATE | IN_ONLYDIR;
  watches_.clear();
  for (const Watched& one : what_)
    watches_.push_back(::inotify_add_watch(inotify_.get(), one.directory.c_str(), events));
}

bool ConfigWatch::concerns(int watch, std::string_view name) const {
  for (std::size_t i = 0; i < what_.size(); ++i) {
    if (watches_[i] == watch && name.ends_with(what_[i].ending)) return true;
  }
  return false;
}

bool ConfigWatch::changed() {
  bool changed = false;
  take_inotify_events(inotify_.get(), [&](const InotifyEvent& event) {
    const bool begun = (event.mask & IN_CREATE) != 0 && (event.mask & IN_ISDIR) == 0;
    if ((event.mask & IN_Q_OVERFLOW) != 0 || (!begun && concerns(event.watch, event.name)))
      changed = true;
  });
  if (changed) look_again();
  return changed;
}

}  // namespace kmodern::daemon
