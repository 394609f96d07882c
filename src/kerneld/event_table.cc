#include "kerneld/event_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/text.h"

namespace kmodern::kerneld {
namespace {

constexpr std::int64_t application_id = 0x6b6d6f64;  // "kmod", for file(1)
constexpr std::int64_t version = 1;
constexpr std::size_t longest_text = 1024, longest_list = 4096;  // bytes
constexpr std::size_t most_steps = 1024;

constexpr const char* tables =
    "CREATE TABLE event("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " time INTEGER NOT NULL,"  // microseconds since 1970
    " name TEXT NOT NULL, cause TEXT NOT NULL,"
    " pid INTEGER NOT NULL, comm TEXT NOT NULL, command_line TEXT NOT NULL,"
    " executable TEXT NOT NULL, uid INTEGER NOT NULL, user TEXT NOT NULL, cgroup TEXT NOT NULL,"
    " ruling TEXT NOT NULL, rule TEXT NOT NULL, class TEXT NOT NULL,"
    " verdict TEXT NOT NULL, error INTEGER NOT NULL, reason TEXT NOT NULL,"
    " modules TEXT NOT NULL,"  // separated by blanks
    " took INTEGER NOT NULL,"  // microseconds
    " joined INTEGER NOT NULL, lost INTEGER NOT NULL);"
    "CREATE TABLE step("
    " event INTEGER NOT NULL, place INTEGER NOT NULL,"
    " module TEXT NOT NULL, action TEXT NOT NULL, took INTEGER NOT NULL, joined INTEGER NOT NULL,"
    " error INTEGER NOT NULL, reason TEXT NOT NULL,"
    " PRIMARY KEY(event, place)) WITHOUT ROWID;";

constexpr std::string_view columns =
    "time, name, cause, pid, comm, command_line, executable, uid, user, cgroup, ruling, rule, "
    "class, verdict, error, reason, modules, took, joined, lost";

std::string_view cut(std::string_view text, std::size_t longest = longest_text) {
  return text.substr(0, longest);
}

// The columns of a row, one after the other.
class EventRow {
 public:
  explicit EventRow(const sqlite::Statement& statement) : statement_(statement) {}
  std::int64_t number() { return statement_.number(next_++); }
  std::string text() { return statement_.text(next_++); }
  std::chrono::microseconds microseconds() { return std::chrono::microseconds(number()); }

 private:
  const sqlite::Statement& statement_;
  int next_ = 0;
};

// The value that is called so; the last where none is: that of a damaged or newer record.
template <typename Values>
auto called(const Values& values, std::string_view wanted) {
  const auto found =
      std::ranges::find_if(values, [&](auto value) { return name(value) == wanted; });
  return found != values.end() ? *found : values.back();
}

constexpr std::array rulings = {Ruling::allow, Ruling::deny, Ruling::audit};

}  // namespace

Result<void> check_tables(sqlite::Connection& connection) {
  TRY(const std::int64_t owner, connection.number("PRAGMA application_id"));
  TRY(const std::int64_t made_by, connection.number("PRAGMA user_version"));
  TRY(const std::int64_t objects, connection.number("SELECT count(*) FROM sqlite_schema"));
  const std::string file = ::sqlite3_db_filename(connection.get(), "main");
  if (objects == 0) return fail(ENODATA, file, "holds no requests yet");
  if (owner != application_id)
    return fail(EEXIST, file, "is another program's database", "name another file");
  if (made_by != version) {
    return fail(EEXIST, file,
                fmt::format("is a record of requests of version {}, not {}", made_by, version),
                "name another file, or move this one away");
  }
  return {};
}

Result<void> prepare_tables(sqlite::Connection& connection) {
  auto checked = check_tables(connection);
  if (checked || checked.error().code != ENODATA) return checked;
  return connection.execute(
      fmt::format("BEGIN IMMEDIATE; {} PRAGMA application_id={}; PRAGMA user_version={}; COMMIT",
                  tables, application_id, version));
}

Result<EventInserter> EventInserter::prepare(sqlite::Connection& connection) {
  EventInserter inserter;
  TRY(inserter.event_,
      connection.prepare(fmt::format(
          "INSERT INTO event({}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", columns)));
  TRY(inserter.step_, connection.prepare("INSERT INTO step VALUES (?,?,?,?,?,?,?,?)"));
  return inserter;
}

Result<void> EventInserter::insert(const Event& event) {
  using std::chrono::microseconds;
  const auto time = std::chrono::duration_cast<microseconds>(event.time.time_since_epoch());
  const kernel::Asker& asker = event.asker;
  event_.bind_all(time.count(), cut(event.name), cut(event.cause), asker.pid, cut(asker.comm),
                  cut(asker.command_line), cut(asker.executable), asker.uid, cut(event.user),
                  cut(asker.cgroup), name(event.ruling), cut(event.rule), name(event.trigger),
                  name(event.verdict), event.error, cut(event.reason),
                  cut(fmt::format("{}", fmt::join(event.modules, " ")), longest_list),
                  event.took.count(), event.joined, event.lost);
  TRY_OK(event_.run());
  const std::int64_t id = event_.last_id();
  for (std::size_t place = 0; place < std::min(event.steps.size(), most_steps); ++place) {
    const EventStep& step = event.steps[place];
    step_.bind_all(id, place, cut(step.module), cut(step.action), step.took.count(), step.joined,
                   step.error, cut(step.reason));
    TRY_OK(step_.run());
  }
  return {};
}

Result<EventCursor> EventCursor::prepare(sqlite::Connection& connection, std::string_view rest) {
  EventCursor cursor;
  TRY(cursor.events_,
      connection.prepare(fmt::format("SELECT id, {} FROM event {}", columns, rest)));
  TRY(cursor.steps_,
      connection.prepare("SELECT module, action, took, joined, error, reason FROM step "
                         "WHERE event = ? ORDER BY place"));
  return cursor;
}

Result<Event> EventCursor::event() {
  Event event;
  EventRow row(events_);
  event.id = row.number();
  event.time = std::chrono::system_clock::time_point(row.microseconds());
  event.name = row.text();
  event.cause = row.text();
  event.asker.pid = static_cast<int>(row.number());
  event.asker.comm = row.text();
  event.asker.command_line = row.text();
  event.asker.executable = row.text();
  event.asker.uid = row.number();
  event.user = row.text();
  event.asker.cgroup = row.text();
  event.ruling = called(rulings, row.text());
  event.rule = row.text();
  event.trigger = called(triggers, row.text());
  event.verdict = called(verdicts, row.text());
  event.error = static_cast<int>(row.number());
  event.reason = row.text();
  const std::string modules = row.text();
  for (std::string_view module : split(modules, " ")) event.modules.emplace_back(module);
  event.took = row.microseconds();
  event.joined = row.number() != 0;
  event.lost = static_cast<std::uint64_t>(row.number());

  steps_.bind_all(event.id);
  for (std::size_t count = 0; count < most_steps; ++count) {
    TRY(const bool more, steps_.step());
    if (!more) break;
    EventRow columns_of(steps_);
    EventStep& step = event.steps.emplace_back();
    step.module = columns_of.text();
    step.action = columns_of.text();
    step.took = columns_of.microseconds();
    step.joined = columns_of.number() != 0;
    step.error = static_cast<int>(columns_of.number());
    step.reason = columns_of.text();
  }
  steps_.reset();
  return event;
}

}  // namespace kmodern::kerneld
