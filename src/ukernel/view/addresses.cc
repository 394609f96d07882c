#include "ukernel/view/addresses.h"

#include <algorithm>

namespace kmodern::ukernel {

namespace {

constexpr std::size_t digits = 16;

void clear(std::string& text, std::size_t at) {
  std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), std::min(digits, text.size() - at),
              '0');
}

}  // namespace

std::string without_addresses(std::string_view path, std::string text) {
  const bool symbols = path == "/proc/kallsyms";
  const bool numbers =
      path == "/proc/modules" ||
      (path.starts_with("/sys/module/") && path.find("/sections/") != std::string_view::npos);
  for (std::size_t at = 0; symbols && at < text.size();) {  // each line begins with one
    clear(text, at);
    const std::size_t end = text.find('\n', at);
    at = end == std::string::npos ? text.size() : end + 1;
  }
  constexpr std::string_view mark = "0x";
  for (std::size_t at = 0; numbers && (at = text.find(mark, at)) != std::string::npos;) {
    at += mark.size();
    clear(text, at);
  }
  return text;
}

}  // namespace kmodern::ukernel
