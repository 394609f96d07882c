// Errors are values. Every function that can fail returns Result<T>; nothing below cli/ and the
// daemons' main prints or exits.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace kmodern {

// What went wrong, to what, and what the person can do about it.
struct Error {
  int code = 0;  // errno, positive; the one that the kernel's ABI or the system call promises
  std::string subject;  // what it happened to: a file, a module, a symbol, a line of a file
  std::string reason;   // what is wrong there, with offsets and values; no final period
  std::string cure;     // what to do; empty where nothing sensible can be said
};

template <typename T>
using Result = std::expected<T, Error>;

// An unexpected value for `return fail(...)` out of any Result<T>.
std::unexpected<Error> fail(int code, std::string subject, std::string reason,
                            std::string cure = {});

// The same for the system call that just failed: code and reason come from `code` (an errno);
// `action` says what was tried ("cannot open").
std::unexpected<Error> fail_errno(int code, std::string subject, std::string action,
                                  std::string cure = {});

// "subject: reason (ENOEXEC: Exec format error); cure": one line for people.
std::string describe(const Error& error);

// "ENOEXEC" for 8; "errno 4095" for what has no name.
std::string errno_name(int code);

}  // namespace kmodern

// TRY(auto x, f()) declares x with f()'s value, or returns f()'s error from the enclosing function.
#define KMODERN_JOIN2(a, b) a##b
#define KMODERN_JOIN(a, b) KMODERN_JOIN2(a, b)
#define TRY(declaration, expression) \
  TRY_NAMED(KMODERN_JOIN(kmodern_try_, __COUNTER__), declaration, expression)
#define TRY_NAMED(name, declaration, expression)              \
  auto name = (expression);                                   \
  if (!name) return std::unexpected(std::move(name).error()); \
  declaration = std::move(*name)

// The same for a Result<void>, or a value that is not wanted.
#define TRY_OK(expression)                                    \
  do {                                                        \
    if (auto kmodern_try = (expression); !kmodern_try)        \
      return std::unexpected(std::move(kmodern_try).error()); \
  } while (false)
