// SQLite with this project's errors and ownership. An object is for one thread at a time.
#pragma once

#include <sqlite3.h>

#include <cerrno>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace kmodern::kerneld::sqlite {

// The errno of what the file does not hold up to: it is no database, or a damaged one.
inline constexpr int damaged = EUCLEAN;

// A prepared statement. Places of values count from 1, columns from 0, as in SQLite.
class Statement {
 public:
  // Integers and texts, for all places in order.
  template <typename... Values>
  void bind_all(const Values&... values) {
    int place = 0;
    (bind(++place, values), ...);
  }

  // True if there is a row.
  Result<bool> step();
  // Carries out what gives no row, and makes ready for the next time.
  Result<void> run();
  void reset();

  std::int64_t number(int column) const;
  std::string text(int column) const;

  std::int64_t last_id() const;  // of the row that the connection has inserted last

 private:
  template <std::integral Number>
  void bind(int place, Number value) {
    ::sqlite3_bind_int64(statement_.get(), place, static_cast<std::int64_t>(value));
  }
  void bind(int place, std::string_view text);

  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { ::sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string file_;
};

class Connection {
 public:
  enum class Access {
    write,      // the file is made if it is not there
    read,       // needs to write beside the file where it has a write-ahead log
    read_only,  // nobody writes to it meanwhile
  };
  // Errors: sqlite::damaged; ENOENT, EACCES, EROFS, ENOSPC...
  static Result<Connection> open(const std::string& path, Access access,
                                 std::chrono::milliseconds patience);

  // Statements without a result, separated by ';'.
  Result<void> execute(const std::string& sql);
  Result<Statement> prepare(std::string_view sql);
  // The first column of the first row of a query that has one.
  Result<std::int64_t> number(std::string_view sql);
  Result<std::string> text(std::string_view sql);

  sqlite3* get() const { return connection_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { ::sqlite3_close_v2(connection); }
  };
  std::unique_ptr<sqlite3, Close> connection_;
  std::string file_;
};

}  // namespace kmodern::kerneld::sqlite
