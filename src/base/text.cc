#include "base/text.h"

#include <charconv>

namespace kmodern {

std::string_view trim(std::string_view text) {
  std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> pieces;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(separators, at)) != std::string_view::npos) {
    std::size_t end = text.find_first_of(separators, at);
    pieces.push_back(text.substr(at, end - at));
    if (end == std::string_view::npos) break;
    at = end;
  }
  return pieces;
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> result;
  while (!text.empty()) {
    std::size_t end = text.find('\n');
    result.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return result;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.front() == '0') {
    base = 8;
    text.remove_prefix(1);
  }
  std::uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<std::string> normalize_name(std::string_view name) {
  std::string result(name);
  bool in_bracket = false;
  for (char& character : result) {
    if (character == '[') {
      if (in_bracket) return std::nullopt;
      in_bracket = true;
    } else if (character == ']') {
      if (!in_bracket) return std::nullopt;
      in_bracket = false;
    } else if (character == '-' && !in_bracket) {
      character = '_';
    }
  }
  if (in_bracket) return std::nullopt;
  return result;
}

std::optional<std::string> module_name_of_path(std::string_view path) {
  if (std::size_t slash = path.rfind('/'); slash != std::string_view::npos)
    path.remove_prefix(slash + 1);
  for (std::string_view suffix : {".gz", ".xz", ".zst"}) {
    if (path.ends_with(suffix)) {
      path.remove_suffix(suffix.size());
      break;
    }
  }
  if (!path.ends_with(".ko") || path.size() == 3) return std::nullopt;
  path.remove_suffix(3);
  std::string name(path);
  for (char& character : name) {
    if (character == '-') character = '_';
  }
  return name;
}

}  // namespace kmodern
