// Which file a supervised program means by a directory's descriptor and a path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "supervisor/notification.h"

namespace kmodern::supervisor {

// Without "." and "..", double and final slashes; links are not looked at.
std::string normalized(std::string_view absolute);

// The absolute, normalised path; nullopt where the running kernel shall decide (an empty path, a
// descriptor that is no folder's).
std::optional<std::string> absolute_path(const Notification& call, int folder,
                                         const std::string& path);

// True if `path` is `base` or below it.
bool at_or_below(std::string_view path, std::string_view base);

}  // namespace kmodern::supervisor
