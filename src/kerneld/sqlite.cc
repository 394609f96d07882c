#include "kerneld/sqlite.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>

namespace kmodern::kerneld::sqlite {
namespace {

int errno_of(sqlite3* connection, int code) {
  switch (code & 0xff) {  // of an extended code, the primary one
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged;
    case SQLITE_FULL:
      return ENOSPC;
    case SQLITE_READONLY:
      return EROFS;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return EBUSY;
    case SQLITE_NOMEM:
      return ENOMEM;
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return EACCES;
    case SQLITE_TOOBIG:
      return EFBIG;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR: {
      const int system = connection != nullptr ? ::sqlite3_system_errno(connection) : 0;
      return system != 0 ? system : EIO;
    }
    default:
      return EINVAL;
  }
}

std::unexpected<Error> failed(sqlite3* connection, int code, const std::string& file) {
  const char* text = connection != nullptr ? ::sqlite3_errmsg(connection) : ::sqlite3_errstr(code);
  return fail(errno_of(connection, code), file, text);
}

// What SQLite cannot do to a file that it could not open, nor say why.
int why_not_opened(const std::string& path, int otherwise) {
  return ::access(path.c_str(), R_OK) == 0 ? otherwise : errno;
}

// A path as part of a URI: '?', '#' and '%' have a meaning there.
std::string encoded(std::string_view path) {
  std::string text;
  for (const char character : path) {
    if (character == '?' || character == '#' || character == '%')
      text += fmt::format("%{:02X}", static_cast<unsigned char>(character));
    else
      text += character;
  }
  return text;
}

}  // namespace

void Statement::bind(int place, std::string_view text) {
  ::sqlite3_bind_text64(statement_.get(), place, text.data() != nullptr ? text.data() : "",
                        text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

std::int64_t Statement::last_id() const {
  return ::sqlite3_last_insert_rowid(::sqlite3_db_handle(statement_.get()));
}

Result<bool> Statement::step() {
  const int code = ::sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto error = failed(::sqlite3_db_handle(statement_.get()), code, file_);
  reset();
  return error;
}

Result<void> Statement::run() {
  TRY([[maybe_unused]] const bool row, step());
  reset();
  return {};
}

void Statement::reset() { ::sqlite3_reset(statement_.get()); }

std::int64_t Statement::number(int column) const {
  return ::sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* bytes =
      reinterpret_cast<const char*>(::sqlite3_column_text(statement_.get(), column));
  const int size = ::sqlite3_column_bytes(statement_.get(), column);
  return bytes != nullptr ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

Result<Connection> Connection::open(const std::string& path, Access access,
                                    std::chrono::milliseconds patience) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |=
      access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  std::string name = path;
  if (access == Access::read_only) {
    flags |= SQLITE_OPEN_URI;
    name = "file:" + encoded(path) + "?immutable=1";
  }
  sqlite3* opened = nullptr;
  const int code = ::sqlite3_open_v2(name.c_str(), &opened, flags, nullptr);
  Connection connection;
  connection.connection_.reset(opened);
  connection.file_ = path;
  if (code != SQLITE_OK) {
    auto error = failed(opened, code, path);
    error.error().code = why_not_opened(path, error.error().code);
    return error;
  }
  ::sqlite3_busy_timeout(opened, static_cast<int>(patience.count()));
  // The file may be another's: nothing in its schema is to be carried out.
  ::sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  ::sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  ::sqlite3_db_config(opened, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  ::sqlite3_db_config(opened, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  return connection;
}

Result<void> Connection::execute(const std::string& sql) {
  const int code = ::sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(connection_.get(), code, file_);
  return {};
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const int code = ::sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        &prepared, nullptr);
  if (code != SQLITE_OK) return failed(connection_.get(), code, file_);
  Statement statement;
  statement.statement_.reset(prepared);
  statement.file_ = file_;
  return statement;
}

Result<std::int64_t> Connection::number(std::string_view sql) {
  TRY(Statement statement, prepare(sql));
  TRY(const bool row, statement.step());
  return row ? statement.number(0) : 0;
}

Result<std::string> Connection::text(std::string_view sql) {
  TRY(Statement statement, prepare(sql));
  TRY(const bool row, statement.step());
  return row ? statement.text(0) : std::string();
}

}  // namespace kmodern::kerneld::sqlite
