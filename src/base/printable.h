// Text from outside, for a terminal, a log or a comment.
#pragma once

#include <string>
#include <string_view>

namespace kmodern {

// Every byte but the visible ones of ASCII, and the blank, as "\x1b": nobody's text can move the
// cursor, end the line or look like another.
std::string printable(std::string_view text);

}  // namespace kmodern
