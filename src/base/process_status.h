// What /proc/PID/status says of a process or a thread: proc(5).
#pragma once

#include <sys/types.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern {

class ProcessStatus {
 public:
  // Errors: those of read_file; ENOENT or ESRCH when there is no such process.
  static Result<ProcessStatus> of(pid_t pid);
  explicit ProcessStatus(std::string text) : text_(std::move(text)) {}

  // The words after "LABEL:"; none where there is no such line.
  std::vector<std::string_view> words(std::string_view label) const;

  // One of these words as a number; nullopt if it is none. Sets (SigPnd, CapEff) are of base 16.
  template <typename Number>
  std::optional<Number> number(std::string_view label, std::size_t index = 0, int base = 10) const {
    const auto found = words(label);
    if (index >= found.size()) return std::nullopt;
    Number value{};
    const std::string_view word = found[index];
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
    if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    return value;
  }

  // A set of signals or of capabilities: bit 0 is signal 1, or capability 0. None: no bit.
  std::uint64_t set(std::string_view label) const {
    return number<std::uint64_t>(label, 0, 16).value_or(0);
  }

 private:
  std::string text_;
};

}  // namespace kmodern
