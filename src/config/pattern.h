// Matching of alias patterns.
#pragma once

#include <string_view>

namespace kmodern::config {

// What fnmatch(3) with no flags answers: `*`, `?`, `[a-z]`, `[!a-z]`, and `\` before a character
// that stands for itself. POSIX classes ([[:digit:]]) cannot occur: names with nested brackets are
// refused before. Takes time in the product of the two lengths at most, whatever the pattern.
bool pattern_matches(std::string_view pattern, std::string_view text);

}  // namespace kmodern::config
