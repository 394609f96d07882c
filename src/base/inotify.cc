#include "base/inotify.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace kmodern {

void take_inotify_events(int inotify, const std::function<void(const InotifyEvent&)>& take) {
  std::array<char, 4096> buffer;
  for (ssize_t got; (got = ::read(inotify, buffer.data(), buffer.size())) > 0;) {
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof event);
      // The kernel ends a name with NUL.
      const std::string_view name =
          event.len > 0 ? std::string_view(buffer.data() + at + sizeof event) : "";
      take({.watch = event.wd, .mask = event.mask, .name = name});
      at += sizeof event + event.len;
    }
  }
}

}  // namespace kmodern
