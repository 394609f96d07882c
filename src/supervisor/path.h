// Which file a supervised program means by a directory's descriptor and a path.
#pragma once

#include <string>
#include <string_view>

namespace kmodern::supervisor {

// Without "." and "..", double and final slashes; links are not looked at.
std::string normalized(std::string_view absolute);

// True if `path` is `base` or below it.
bool at_or_below(std::string_view path, std::string_view base);

}  // namespace kmodern::supervisor
