#include "kerneld/event_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"

namespace kmodern::kerneld {
namespace {

constexpr std::uint64_t smallest_limit = 256 << 10;  // bytes: some hundred requests
constexpr std::int64_t page_size = 4096;
constexpr std::int64_t usual_log = 1000;  // pages, from which on it is brought to the file

// SQLite would make the file readable for all.
void make_file(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash != std::string::npos && slash != 0) ::mkdir(path.substr(0, slash).c_str(), 0755);
  // Only a new one: closing one that is open elsewhere in this process would end its locks.
  unique_fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
}

// 0 if there is no such file.
std::uint64_t inode_of(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

Result<EventFile> EventFile::open(const std::string& path, std::uint64_t limit,
                                  std::chrono::milliseconds patience) {
  make_file(path);
  EventFile file;
  file.path_ = path;
  file.most_pages_ = static_cast<std::int64_t>(std::max(limit, smallest_limit)) / page_size;
  TRY(file.connection_,
      sqlite::Connection::open(path, sqlite::Connection::Access::write, patience));
  TRY_OK(file.prepare());
  file.inode_ = inode_of(path);
  return file;
}

bool EventFile::in_place() const { return inode_of(path_) == inode_; }

Result<void> EventFile::prepare() {
  const std::int64_t log = std::min(usual_log, most_pages_ / 4);
  most_log_ = std::max(usual_log, most_pages_) * page_size;
  TRY_OK(connection_.execute(fmt::format(
      "PRAGMA page_size={}; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
      "PRAGMA wal_autocheckpoint={}; PRAGMA journal_size_limit={}; PRAGMA cell_size_check=ON",
      page_size, log, log * page_size)));
  TRY_OK(prepare_tables(connection_));
  TRY(const std::string state, connection_.text("PRAGMA quick_check(1)"));
  if (state != "ok") return fail(sqlite::damaged, path_, state);
  TRY(inserter_, EventInserter::prepare(connection_));
  TRY(pages_, connection_.prepare("PRAGMA page_count"));
  TRY(free_, connection_.prepare("PRAGMA freelist_count"));
  // The limit may have been greater before.
  TRY(const std::int64_t pages, connection_.number("PRAGMA page_count"));
  if (pages > most_pages_) {
    TRY_OK(make_room());
    TRY_OK(connection_.execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)"));
  }
  return connection_.execute(fmt::format("PRAGMA max_page_count={}", most_pages_));
}

Result<void> EventFile::write(std::span<const Event> events) {
  TRY_OK(bound_log());
  TRY_OK(connection_.execute("BEGIN IMMEDIATE"));
  auto done = insert_all(events);
  if (done) done = connection_.execute("COMMIT");
  if (!done) (void)connection_.execute("ROLLBACK");
  return done;
}

Result<void> EventFile::insert_all(std::span<const Event> events) {
  for (const Event& event : events) {
    TRY_OK(make_room());
    TRY_OK(inserter_.insert(event));
  }
  return {};
}

// Where less than a tenth is free, the oldest tenth goes.
Result<void> EventFile::make_room() {
  while (true) {
    TRY([[maybe_unused]] const bool one, pages_.step());
    TRY([[maybe_unused]] const bool other, free_.step());
    const std::int64_t used = pages_.number(0) - free_.number(0);
    pages_.reset();
    free_.reset();
    if (used < most_pages_ - most_pages_ / 10) return {};
    TRY(const std::int64_t oldest, connection_.number("SELECT min(id) FROM event"));
    TRY(const std::int64_t newest, connection_.number("SELECT max(id) FROM event"));
    if (newest == 0) return {};
    const std::int64_t last = oldest + (newest - oldest) / 10;
    TRY_OK(connection_.execute(fmt::format(
        "DELETE FROM step WHERE event <= {0}; DELETE FROM event WHERE id <= {0}", last)));
  }
}

// A reader that never ends keeps the log from being brought to the file: it would grow for ever.
Result<void> EventFile::bound_log() {
  struct stat status;
  const std::string log = path_ + "-wal";
  if (::stat(log.c_str(), &status) != 0 || status.st_size <= most_log_) return {};
  TRY_OK(connection_.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  if (::stat(log.c_str(), &status) != 0 || status.st_size <= most_log_) return {};
  return fail(EBUSY, log, "has grown to its limit, as a program reads without an end",
              fmt::format("end what `fuser {}` shows", log));
}

}  // namespace kmodern::kerneld
