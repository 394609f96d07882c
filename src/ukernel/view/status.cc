#include "ukernel/view/status.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <functional>

namespace kmodern::ukernel {

struct stat status_of(const std::string& path, const Node& node) {
  struct stat status{};
  status.st_ino = std::hash<std::string>{}(path);
  status.st_nlink = node.kind == Node::Kind::folder ? std::max(node.links, 2u) : node.links;
  status.st_mode = node.mode;
  status.st_blksize = 4096;
  status.st_uid = node.uid;
  status.st_gid = node.gid;
  switch (node.kind) {
    case Node::Kind::file:
      status.st_mode |= S_IFREG;
      status.st_size = static_cast<off_t>(node.size);
      break;
    case Node::Kind::character:
      status.st_mode |= S_IFCHR;
      status.st_rdev = makedev(node.major, node.minor);
      break;
    case Node::Kind::block:
      status.st_mode |= S_IFBLK;
      status.st_rdev = makedev(node.major, node.minor);
      break;
    case Node::Kind::folder:
      status.st_mode |= S_IFDIR;
      break;
    case Node::Kind::link:
      status.st_mode |= S_IFLNK;
      break;
  }
  return status;
}

}  // namespace kmodern::ukernel
