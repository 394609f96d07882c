#include "config/pattern.h"

#include <optional>

namespace kmodern::config {
namespace {

// The set that begins at pattern[0] == '[': whether it holds `character`, and how long it is.
// nullopt if it never ends: then '[' stands for itself.
struct SetMatch {
  bool holds = false;
  std::size_t length = 0;
};

std::optional<SetMatch> match_set(std::string_view pattern, unsigned char character) {
  std::size_t at = 1;
  bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  bool holds = false;
  // One member; a ']' that comes first is one too.
  auto member = [&]() -> std::optional<unsigned char> {
    if (at < pattern.size() && pattern[at] == '\\') ++at;
    if (at >= pattern.size()) return std::nullopt;
    return static_cast<unsigned char>(pattern[at++]);
  };
  for (bool first = true;; first = false) {
    if (at >= pattern.size()) return std::nullopt;
    if (pattern[at] == ']' && !first) break;
    auto low = member();
    if (!low) return std::nullopt;
    auto high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      ++at;
      high = member();
      if (!high) return std::nullopt;
    }
    if (*low <= character && character <= *high) holds = true;
  }
  return SetMatch{holds != negated, at + 1};
}

// How many characters of the pattern (which is not at a '*') match one character; 0: none.
std::size_t match_one(std::string_view pattern, char character) {
  switch (pattern[0]) {
    case '?':
      return 1;
    case '[':
      if (auto set = match_set(pattern, static_cast<unsigned char>(character)))
        return set->holds ? set->length : 0;
      return character == '[' ? 1 : 0;
    case '\\':
      if (pattern.size() < 2) return 0;
      return pattern[1] == character ? 2 : 0;
    default:
      return pattern[0] == character ? 1 : 0;
  }
}

}  // namespace

bool pattern_matches(std::string_view pattern, std::string_view text) {
  // Only the last '*' met ever needs another try: what an earlier one could take, it can take too.
  std::size_t at = 0, in_text = 0;
  std::optional<std::size_t> star;  // behind the last '*'
  std::size_t star_text = 0;        // where its next try begins
  while (in_text < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = ++at;
      star_text = in_text;
      continue;
    }
    std::size_t length = at < pattern.size() ? match_one(pattern.substr(at), text[in_text]) : 0;
    if (length > 0) {
      at += length;
      ++in_text;
      continue;
    }
    if (!star) return false;
    at = *star;
    in_text = ++star_text;
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace kmodern::config
