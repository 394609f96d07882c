#include "ukernel/view/static_nodes.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"

namespace kmodern::ukernel {

namespace {

constexpr std::uint64_t largest = 16 << 20;  // bytes of the file
constexpr std::string_view folder_of_nodes = "/dev/";

bool stays_below(std::string_view name) {
  const auto parts = split(name, "/");
  if (parts.empty() || name.starts_with('/') || name.ends_with('/') || name.contains("//"))
    return false;
  return std::ranges::none_of(parts, [](auto part) { return part == "." || part == ".."; });
}

// "c10:200", "b7:0"
std::optional<Node> node_of(std::string_view number) {
  constexpr std::uint64_t majors = 1 << 12;
  constexpr std::uint64_t minors = 1 << 20;
  const std::size_t colon = number.find(':');
  const bool block = number.starts_with('b');
  if ((!block && !number.starts_with('c')) || colon == std::string_view::npos) return std::nullopt;
  const auto major = parse_number(number.substr(1, colon - 1));
  const auto minor = parse_number(number.substr(colon + 1));
  if (!major || !minor || *major >= majors || *minor >= minors) return std::nullopt;
  return Node{.kind = block ? Node::Kind::block : Node::Kind::character,
              .mode = 0600,
              .major = static_cast<unsigned>(*major),
              .minor = static_cast<unsigned>(*minor),
              .opened = true};
}

// What tells one file, and one state of it, from another.
std::string identity(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return "";
  return fmt::format("{} {} {}.{}", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

}  // namespace

std::map<std::string, Node, std::less<>> read_static_nodes(std::string_view text) {
  std::map<std::string, Node, std::less<>> nodes;
  for (std::string_view line : lines(text)) {
    const auto words = split(line);  // the module, the node's name, its type and number
    if (words.size() != 3 || words[0].starts_with('#') || !stays_below(words[1])) continue;
    if (auto node = node_of(words[2])) nodes.emplace(fmt::format("/dev/{}", words[1]), *node);
  }
  return nodes;
}

void StaticNodes::refresh() {
  std::string now = identity(file_);
  if (now == seen_) return;
  seen_ = std::move(now);
  auto text = read_file(file_, largest);
  nodes_ = text ? read_static_nodes(*text) : decltype(nodes_){};
}

std::optional<Node> StaticNodes::find(std::string_view path) {
  if (!path.starts_with(folder_of_nodes)) return std::nullopt;
  const std::lock_guard lock(mutex_);
  refresh();
  if (auto found = nodes_.find(path); found != nodes_.end()) return found->second;
  const std::string folder = fmt::format("{}/", path);
  const auto inside = nodes_.lower_bound(folder);
  if (inside == nodes_.end() || !inside->first.starts_with(folder)) return std::nullopt;
  return Node{.kind = Node::Kind::folder, .mode = 0755, .shared = true};
}

std::vector<std::string> StaticNodes::list(std::string_view folder) {
  const std::string prefix = fmt::format("{}/", folder);
  std::vector<std::string> names;
  if (!prefix.starts_with(folder_of_nodes)) return names;
  const std::lock_guard lock(mutex_);
  refresh();
  for (auto at = nodes_.lower_bound(prefix); at != nodes_.end() && at->first.starts_with(prefix);
       ++at) {
    const std::string_view rest = std::string_view(at->first).substr(prefix.size());
    names.emplace_back(rest.substr(0, rest.find('/')));
  }
  return names;  // a name may stand there more than once
}

}  // namespace kmodern::ukernel
