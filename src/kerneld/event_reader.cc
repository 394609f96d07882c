#include "kerneld/event_reader.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include "base/text.h"
#include "config/pattern.h"
#include "kerneld/event_table.h"

namespace kmodern::kerneld {
namespace {

constexpr std::size_t page = 256;                         // requests that are read at once
constexpr std::chrono::milliseconds lock_patience{2000};  // with a writer that locks the file

bool matches(const std::string& pattern, std::string_view name) {
  const auto normal_pattern = normalize_name(pattern);
  const auto normal = normalize_name(name);
  return normal_pattern && normal && config::pattern_matches(*normal_pattern, *normal);
}

std::int64_t microseconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

// Up to `page` rows of one statement: it is open no longer than that.
Result<std::vector<Event>> read_page(sqlite::Connection& connection, std::string_view rest,
                                     std::int64_t bound, const EventFilter& filter) {
  TRY(EventCursor cursor, EventCursor::prepare(connection, rest));
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  cursor.statement().bind_all(bound, filter.since ? microseconds(*filter.since) : least, page);
  std::vector<Event> events;
  while (true) {
    TRY(const bool more, cursor.statement().step());
    if (!more) return events;
    TRY(Event event, cursor.event());
    events.push_back(std::move(event));
  }
}

}  // namespace

bool fits(const Event& event, const EventFilter& filter) {
  if (event.id <= filter.after) return false;
  if (filter.since && event.time < *filter.since) return false;
  if (filter.until && event.time >= *filter.until) return false;
  if (filter.verdict && event.verdict != *filter.verdict) return false;
  if (!filter.name.empty() && !matches(filter.name, event.name) &&
      std::ranges::none_of(event.modules,
                           [&](const std::string& module) { return matches(filter.name, module); }))
    return false;
  return filter.asker.empty() || config::pattern_matches(filter.asker, event.asker.comm) ||
         filter.asker == event.user || filter.asker == std::to_string(event.asker.uid);
}

Result<EventReader> EventReader::open(const std::string& path) {
  EventReader reader;
  reader.path_ = path;
  TRY_OK(reader.connect());
  return reader;
}

Result<void> EventReader::connect() {
  using Access = sqlite::Connection::Access;
  struct stat status;
  if (::stat(path_.c_str(), &status) != 0 && errno == ENOENT)
    return fail(ENOENT, path_, "no requests have been recorded there",
                "start kerneld; its record is elsewhere if its configuration says so "
                "(KMODERN_CONFIG, --store)");
  auto open_as = [&](Access access) -> Result<void> {
    TRY(connection_, sqlite::Connection::open(path_, access, lock_patience));
    return check_tables(connection_);
  };
  frozen_ = false;
  auto opened = open_as(Access::read);
  // Beside a file with a write-ahead log something has to be written even to read it. Where that is
  // not possible, nobody else can write either, unless he had it open before.
  const bool log_empty = ::stat((path_ + "-wal").c_str(), &status) != 0 || status.st_size == 0;
  if (!opened && opened.error().code != sqlite::damaged && log_empty) {
    frozen_ = open_as(Access::read_only).has_value();
    if (frozen_) opened = {};
  }
  TRY_OK(opened);
  inode_ = ::stat(path_.c_str(), &status) == 0 ? status.st_ino : 0;
  return {};
}

Result<void> EventReader::each(const EventFilter& filter,
                               const std::function<void(const Event&)>& visit) {
  if (filter.limit != 0) {
    TRY(const std::vector<Event> events, newest(filter));
    for (const Event& event : events) visit(event);
    return {};
  }
  std::int64_t after = filter.after;
  while (true) {
    TRY(const std::vector<Event> events,
        read_page(connection_, "WHERE id > ? AND time >= ? ORDER BY id LIMIT ?", after, filter));
    if (events.empty()) return {};
    for (const Event& event : events) {
      if (fits(event, filter)) visit(event);
    }
    after = events.back().id;
  }
}

Result<std::vector<Event>> EventReader::newest(const EventFilter& filter) {
  std::vector<Event> found;
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  while (found.size() < filter.limit && before > filter.after) {
    TRY(std::vector<Event> events,
        read_page(connection_, "WHERE id < ? AND time >= ? ORDER BY id DESC LIMIT ?", before,
                  filter));
    if (events.empty()) break;
    before = events.back().id;
    for (Event& event : events) {
      if (found.size() < filter.limit && fits(event, filter)) found.push_back(std::move(event));
    }
  }
  std::ranges::reverse(found);
  return found;
}

Result<std::vector<Event>> EventReader::query(const EventFilter& filter) {
  std::vector<Event> events;
  TRY_OK(each(filter, [&](const Event& event) { events.push_back(event); }));
  return events;
}

Result<std::int64_t> EventReader::newest_id() {
  return connection_.number("SELECT max(id) FROM event");
}

void EventReader::watch() {
  inotify_ = unique_fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  const std::uint32_t changes = IN_MODIFY | IN_MOVED_TO;  // of the log, of the file
  if (inotify_ && ::inotify_add_watch(inotify_.get(), folder_of(path_).c_str(), changes) < 0)
    inotify_.reset();
}

void EventReader::wait(std::chrono::milliseconds longest) {
  pollfd ready{inotify_.get(), POLLIN, 0};  // without one, poll(2) passes over it
  const auto time = settling_.count() != 0 ? std::min(longest, settling_) : longest;
  // The log is written before what is in it can be seen: after a change, look some times more.
  if (::poll(&ready, 1, static_cast<int>(time.count())) > 0)
    settling_ = std::chrono::milliseconds(10);
  else
    settling_ = settling_ < std::chrono::seconds(1) ? settling_ * 10 : std::chrono::seconds(0);
  alignas(inotify_event) std::array<char, 4096> events;
  while (inotify_ && ::read(inotify_.get(), events.data(), events.size()) > 0) {
  }
}

Result<bool> EventReader::replaced() {
  struct stat status;
  if (::stat(path_.c_str(), &status) != 0) return false;
  const bool other = status.st_ino != inode_;
  if (other || frozen_) TRY_OK(connect());
  return other;
}

}  // namespace kmodern::kerneld
