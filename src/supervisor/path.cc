#include "supervisor/path.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "base/text.h"

namespace kmodern::supervisor {

std::string normalized(std::string_view absolute) {
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

std::optional<std::string> absolute_path(const Notification& call, int folder,
                                         const std::string& path) {
  if (path.empty()) return std::nullopt;
  if (path.front() == '/') return normalized(path);
  const std::string process = "/proc/" + std::to_string(call.pid());
  const std::string link =
      folder == AT_FDCWD ? process + "/cwd" : process + "/fd/" + std::to_string(folder);
  std::array<char, 4096> where;
  const ssize_t length = ::readlink(link.c_str(), where.data(), where.size());
  if (length <= 0 || where[0] != '/') return std::nullopt;
  return normalized(std::string(where.data(), static_cast<std::size_t>(length)) + "/" + path);
}

bool at_or_below(std::string_view path, std::string_view base) {
  return path.starts_with(base) && (path.size() == base.size() || path[base.size()] == '/');
}

}  // namespace kmodern::supervisor
