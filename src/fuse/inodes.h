// The numbers by which the running kernel knows the files of a mount.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace kmodern::fuse {

// Folders and links keep theirs as long as they are known. A file gets a new one at each lookup:
// the running kernel locks a file's inode while it is written (fuse_direct_write_iter), and a
// writer that a module lets wait must not stop others, who could not even be killed. Any thread may
// call.
class Inodes {
 public:
  static constexpr std::uint64_t root = 1;  // FUSE_ROOT_ID

  // One more lookup of it.
  std::uint64_t enter(const std::string& path, bool file);
  // nullopt for a number that is not known.
  std::optional<std::string> path(std::uint64_t number) const;
  void forget(std::uint64_t number, std::uint64_t lookups);

 private:
  struct Inode {
    std::string path;
    std::uint64_t lookups = 0;
    bool file = false;
  };

  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, Inode> inodes_;
  std::map<std::string, std::uint64_t, std::less<>> lasting_;  // folders and links
  std::uint64_t next_ = root + 1;
};

}  // namespace kmodern::fuse
