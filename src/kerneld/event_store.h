// Keeps the requests for modules: a queue, and a thread that writes from it to an SQLite file, so
// that no answer waits for a disk. No trouble with the file stops its user: it is told, and tried
// again, and what could not be kept meanwhile is counted. Reading: event_reader.h.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/error.h"
#include "kerneld/event.h"

namespace kmodern::kerneld {

class EventFile;

// Where the requests of a kernel are kept: /var/lib/kmodern/requests.db for the running Linux, a
// file beside the socket of a user-space kernel. `kernel` as --kernel takes it. Errors: those of
// kernel::place_of().
Result<std::string> default_store(std::string_view kernel);

struct StoreOptions {
  std::string path;
  std::uint64_t limit = 32 << 20;  // bytes; at least 256 KiB. Its log may have as many beside it
  std::size_t queue = 4096;        // requests that wait to be written at most
  std::chrono::milliseconds retry{5000};     // after trouble
  std::chrono::milliseconds patience{2000};  // with other processes that lock the file
  // Told what a person should know, in a sentence; called from the store's thread.
  std::function<void(const std::string&)> notice;
};

class EventStore {
 public:
  // Opens the file in its thread. A damaged one is set aside as PATH.damaged.
  explicit EventStore(StoreOptions options);
  // Writes what still waits, unless there is trouble.
  ~EventStore();
  EventStore(const EventStore&) = delete;
  EventStore& operator=(const EventStore&) = delete;

  const std::string& path() const { return options_.path; }

  // Does not wait. With a full queue the event is lost.
  void record(Event event);

  // Waits until all that was recorded before is written; false if the time is up.
  bool flush(std::chrono::milliseconds patience);

  struct Status {
    std::uint64_t written = 0;  // since the start
    std::uint64_t lost = 0;
    std::uint64_t waiting = 0;
    std::optional<Error> trouble;  // why nothing is written now
  };
  Status status() const;

 private:
  void work(const std::stop_token& stop);
  Result<void> write(const std::vector<Event>& events);
  Result<void> write_to_file(const std::vector<Event>& events);
  Result<void> set_aside(const Error& why);
  void report(const Result<void>& done, std::size_t written);
  void say(const std::string& sentence) const;

  const StoreOptions options_;
  std::unique_ptr<EventFile> file_;  // of the thread

  mutable std::mutex mutex_;  // of what follows
  std::condition_variable_any wake_;
  std::deque<Event> queue_;
  std::uint64_t recorded_ = 0;    // that came into the queue
  std::uint64_t lost_since_ = 0;  // the last one that did
  Status status_;

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace kmodern::kerneld
