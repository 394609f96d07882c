#include "base/error.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstring>

namespace kmodern {

std::unexpected<Error> fail(int code, std::string subject, std::string reason, std::string cure) {
  return std::unexpected(Error{code, std::move(subject), std::move(reason), std::move(cure)});
}

std::unexpected<Error> fail_errno(int code, std::string subject, std::string action,
                                  std::string cure) {
  return fail(code, std::move(subject), fmt::format("{}: {}", action, ::strerror(code)),
              std::move(cure));
}

std::string errno_name(int code) {
  const char* name = ::strerrorname_np(code);
  return name != nullptr ? name : fmt::format("errno {}", code);
}

std::string describe(const Error& error) {
  std::string text = error.subject.empty() ? error.reason : error.subject + ": " + error.reason;
  if (error.code != 0) {
    // The C library speaks of characters there; for Linux it is any bytes.
    const char* meaning = error.code == EILSEQ ? "Illegal byte sequence" : ::strerror(error.code);
    // A reason made by fail_errno already ends in the meaning.
    bool said = error.reason.ends_with(meaning);
    text += said ? fmt::format(" ({})", errno_name(error.code))
                 : fmt::format(" ({}: {})", errno_name(error.code), meaning);
  }
  if (!error.cure.empty()) text += "; " + error.cure;
  return text;
}

}  // namespace kmodern
