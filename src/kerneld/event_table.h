// How requests stand in a database: the tables `event` and `step`. Texts are cut to a bounded
// length, so that no request takes more than some pages.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "kerneld/event.h"
#include "kerneld/sqlite.h"

namespace kmodern::kerneld {

// Makes the tables in an empty database. Errors: EEXIST where the file is another program's, or one
// of another version's tables.
Result<void> prepare_tables(sqlite::Connection& connection);
// The same, without making anything; ENODATA where they are not made yet.
Result<void> check_tables(sqlite::Connection& connection);

// The statements that write.
class EventInserter {
 public:
  static Result<EventInserter> prepare(sqlite::Connection& connection);
  Result<void> insert(const Event& event);

 private:
  sqlite::Statement event_, step_;
};

// The statements that read.
class EventCursor {
 public:
  // `rest`: what follows `SELECT ... FROM event`.
  static Result<EventCursor> prepare(sqlite::Connection& connection, std::string_view rest);
  sqlite::Statement& statement() { return events_; }
  // Of the row at which statement() stands.
  Result<Event> event();

 private:
  sqlite::Statement events_, steps_;
};

}  // namespace kmodern::kerneld
