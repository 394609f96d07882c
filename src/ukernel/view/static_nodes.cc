#include "ukernel/view/static_nodes.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include "base/file.h"
#include "database/static_nodes.h"

namespace kmodern::ukernel {

namespace {

constexpr std::uint64_t largest = 16 << 20;  // bytes of the file
constexpr std::string_view folder_of_nodes = "/dev/";

std::map<std::string, Node, std::less<>> nodes_of(std::string_view text, const std::string& file) {
  std::map<std::string, Node, std::less<>> nodes;
  for (const database::StaticNode& node : database::read_static_nodes(text, file).nodes)
    nodes.emplace(fmt::format("/dev/{}", node.path),
                  Node{.kind = node.block ? Node::Kind::block : Node::Kind::character,
                       .mode = 0600,
                       .major = node.major,
                       .minor = node.minor,
                       .opened = true});
  return nodes;
}

// What tells one file, and one state of it, from another.
std::string identity(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return "";
  return fmt::format("{} {} {}.{}", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

}  // namespace

void StaticNodes::refresh() {
  std::string now = identity(file_);
  if (now == seen_) return;
  seen_ = std::move(now);
  auto text = read_file(file_, largest);
  nodes_ = text ? nodes_of(*text, file_) : decltype(nodes_){};
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
