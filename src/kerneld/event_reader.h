// Reads the requests that a store keeps, also while it is written to.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "kerneld/event.h"
#include "kerneld/sqlite.h"

namespace kmodern::kerneld {

// A condition that is empty holds for every request.
struct EventFilter {
  std::int64_t after = 0;  // only greater ids
  std::optional<std::chrono::system_clock::time_point> since, until;
  std::string name;   // pattern of what was asked for, or of a module that it led to
  std::string asker;  // pattern of the process's name; or the user's name or number
  std::optional<Verdict> verdict;
  std::size_t limit = 0;  // only the newest; 0: all
};
bool fits(const Event& event, const EventFilter& filter);

class EventReader {
 public:
  // Errors: ENOENT where nothing has been recorded; EACCES; sqlite::damaged; those of
  // check_tables().
  static Result<EventReader> open(const std::string& path);

  // Oldest first. `visit` is called while nothing of the file is locked, so that it may take its
  // time.
  Result<void> each(const EventFilter& filter, const std::function<void(const Event&)>& visit);
  Result<std::vector<Event>> query(const EventFilter& filter);

  // The greatest id that there is; 0: none.
  Result<std::int64_t> newest_id();

  // From now on, wait() returns when something may have been added; else when the time is up.
  void watch();
  void wait(std::chrono::milliseconds longest);
  // True if the store began anew since the last call: ids count from 1 again.
  Result<bool> replaced();

 private:
  Result<void> connect();
  Result<std::vector<Event>> newest(const EventFilter& filter);

  std::string path_;
  sqlite::Connection connection_;
  std::uint64_t inode_ = 0;
  bool frozen_ = false;  // opened so that it sees no changes
  unique_fd inotify_;
  std::chrono::milliseconds settling_{0};  // how long to wait at most, after a change
};

}  // namespace kmodern::kerneld
