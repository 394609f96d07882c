#include "fuse/inodes.h"

namespace kmodern::fuse {

std::uint64_t Inodes::enter(const std::string& path, bool file) {
  std::lock_guard guard(mutex_);
  if (!file) {
    if (auto known = lasting_.find(path); known != lasting_.end()) {
      ++inodes_[known->second].lookups;
      return known->second;
    }
    lasting_.emplace(path, next_);
  }
  inodes_[next_] = {.path = path, .lookups = 1, .file = file};
  return next_++;
}

std::optional<std::string> Inodes::path(std::uint64_t number) const {
  if (number == root) return "/";
  std::lock_guard guard(mutex_);
  auto known = inodes_.find(number);
  if (known == inodes_.end()) return std::nullopt;
  return known->second.path;
}

void Inodes::forget(std::uint64_t number, std::uint64_t lookups) {
  std::lock_guard guard(mutex_);
  auto known = inodes_.find(number);
  if (known == inodes_.end()) return;
  Inode& inode = known->second;
  inode.lookups -= lookups < inode.lookups ? lookups : inode.lookups;
  if (inode.lookups != 0) return;
  if (!inode.file) lasting_.erase(inode.path);
  inodes_.erase(known);
}

}  // namespace kmodern::fuse
