#include "supervisor/path.h"

#include <vector>

#include "base/text.h"

namespace kmodern::supervisor {

std::string normalized(std::string_view absolute) {
  // Most paths are as they should be.
  if (absolute.size() > 1 && !absolute.ends_with('/') && !absolute.ends_with("/.") &&
      !absolute.ends_with("/..") && absolute.find("//") == absolute.npos &&
      absolute.find("/./") == absolute.npos && absolute.find("/../") == absolute.npos)
    return std::string(absolute);
  std::vector<std::string_view> parts;
  for (std::string_view part : split(absolute, "/")) {
    if (part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  std::string result;
  for (std::string_view part : parts) result.append("/").append(part);
  return result.empty() ? "/" : result;
}

bool at_or_below(std::string_view path, std::string_view base) {
  return path.starts_with(base) && (path.size() == base.size() || path[base.size()] == '/');
}

}  // namespace kmodern::supervisor
