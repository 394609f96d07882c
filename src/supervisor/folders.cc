#include "supervisor/folders.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>

#include "supervisor/path.h"

namespace kmodern::supervisor {

namespace {

unique_fd unmounted_file_system() {
  unique_fd context(::fsopen("tmpfs", FSOPEN_CLOEXEC));
  if (!context || ::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return {};
  return unique_fd(::fsmount(context.get(), FSMOUNT_CLOEXEC, 0));
}

// Makes the folders of a path below `root` that are not there yet.
void make_folders(int root, std::string_view path) {
  for (std::size_t end = 0; end != path.size();) {
    end = std::min(path.find('/', end + 1), path.size());
    ::mkdirat(root, std::string(path.substr(0, end)).c_str(), 0755);
  }
}

void make_entry(int folder, const std::string& name, const ukernel::Node& node) {
  switch (node.kind) {
    case ukernel::Node::Kind::folder:
      ::mkdirat(folder, name.c_str(), 0755);
      break;
    case ukernel::Node::Kind::link:
      ::symlinkat(node.target.c_str(), folder, name.c_str());
      break;
    case ukernel::Node::Kind::file:
    case ukernel::Node::Kind::block:
    case ukernel::Node::Kind::character:  // a node of a device takes a privilege
      ::mknodat(folder, name.c_str(), S_IFREG | node.mode, 0);
      break;
  }
}

}  // namespace

Result<Folders> Folders::make() {
  if (unique_fd root = unmounted_file_system()) return Folders(std::move(root), std::nullopt);
  TRY(TemporaryDirectory temporary, TemporaryDirectory::create());
  unique_fd root(::open(temporary.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return fail_errno(errno, temporary.path(), "cannot open");
  return Folders(std::move(root), std::move(temporary));
}

Result<unique_fd> Folders::open(ukernel::View& view, const std::string& path) {
  const std::string below = path.substr(1);
  unique_fd folder(::openat(root_.get(), below.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) {
    make_folders(root_.get(), below);
    folder.reset(::openat(root_.get(), below.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  if (!folder) return fail_errno(errno, path, "cannot make a folder for it");

  std::vector<std::string> now = view.list(path);
  std::ranges::sort(now);
  std::vector<std::string>& before = names_[path];
  std::vector<std::string> gone;
  std::vector<std::string> added;
  std::ranges::set_difference(before, now, std::back_inserter(gone));
  std::ranges::set_difference(now, before, std::back_inserter(added));
  for (const std::string& name : gone) {
    // A module's folder: what is in it is forgotten with it.
    const std::string its = fmt::format("{}/{}", path, name);
    std::erase_if(names_, [&](const auto& one) { return at_or_below(one.first, its); });
    std::error_code failed;
    std::filesystem::remove_all(fmt::format("/proc/self/fd/{}/{}", folder.get(), name), failed);
  }
  for (const std::string& name : added) {
    if (auto node = view.find(fmt::format("{}/{}", path, name)))
      make_entry(folder.get(), name, *node);
  }
  names_[path] = std::move(now);
  return folder;
}

std::string Folders::view_path(std::string path) const {
  if (!temporary_ || !at_or_below(path, temporary_->path())) return path;
  return normalized(path.substr(temporary_->path().size()) + "/");
}

}  // namespace kmodern::supervisor
