#include "fuse/mounts.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/mount.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <vector>

#include "fuse/attach.h"
#include "fuse/place.h"
#include "ukernel/log.h"

namespace kmodern::fuse {

namespace {

constexpr auto patience = std::chrono::seconds(1);  // with what was unmounted

}  // namespace

Result<void> Mounts::serve(unique_fd connection) {
  TRY(auto filesystem,
      Filesystem::start(kernel_, make_kernel_tree(kernel_), std::move(connection), {}));
  run(std::move(filesystem));
  return {};
}

void Mounts::run(std::shared_ptr<Filesystem> filesystem) {
  Filesystem* const which = filesystem.get();
  {
    std::lock_guard guard(mutex_);
    served_.emplace(which, filesystem);
  }
  filesystem->run();
  filesystem.reset();  // an image's last user unmounts it
  std::lock_guard guard(mutex_);
  served_.erase(which);
  ended_.notify_all();
}

Result<void> Mounts::mount(Image image, int pid, const std::string& folder, unsigned long flags) {
  TRY(const Place place, place_of(pid, folder));
  const std::string type = image.type;
  const std::string source = image.source;
  TRY(auto tree, make_image_tree(kernel_, std::move(image), pid));
  const auto attribute = [&](unsigned long flag, unsigned is) { return flags & flag ? is : 0u; };
  TRY(unique_fd connection,
      attach_at(place, {.source = source.c_str(),
                        .subtype = type.c_str(),
                        .user = ::geteuid(),
                        .group = ::getegid(),
                        .allow_other = true,
                        .checks_permissions = true,
                        .attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
                                      attribute(MS_NOEXEC, MOUNT_ATTR_NOEXEC)}));
  TRY(auto filesystem, Filesystem::start(kernel_, std::move(tree), std::move(connection),
                                         {.opener = {}, .user = 0, .group = 0}));
  try {
    std::thread([this, one = std::move(filesystem)]() mutable { run(std::move(one)); }).detach();
  } catch (const std::system_error& error) {
    return fail_errno(error.code().value(), folder, "cannot start a thread");
  }
  return {};
}

Result<void> Mounts::start_own() {
  TRY(auto mount, mount_detached());
  Filesystem::Options options;
  options.lasting_folders = true;
  options.opener = [this](int thread) {
    std::lock_guard guard(mutex_);
    auto found = openers_.find(thread);
    return found != openers_.end() ? found->second : Filesystem::Opener{thread, nullptr};
  };
  TRY(own_.filesystem, Filesystem::start(kernel_, make_kernel_tree(kernel_),
                                         std::move(mount.connection), std::move(options)));
  try {
    std::thread([served = own_.filesystem] { served->run(); }).detach();
  } catch (const std::system_error& error) {
    return fail_errno(error.code().value(), "FUSE", "cannot start a thread");
  }
  own_.root = std::move(mount.root);
  return {};
}

// Made when it is needed first.
Result<int> Mounts::own_root() {
  std::lock_guard guard(mutex_);
  if (!own_.root && !refused_) {
    if (auto started = start_own(); !started) {
      refused_ = started.error();
      kernel_.log(
          ukernel::level::warning,
          fmt::format("devices cannot be opened by programs that are run: {}", describe(*refused_)),
          false);
    }
  }
  if (refused_) return fail(EOPNOTSUPP, refused_->subject, refused_->reason, refused_->cure);
  return own_.root.get();
}

Result<unique_fd> Mounts::open(const std::string& path, int flags, Filesystem::Opener opener) {
  TRY(const int root, own_root());
  const int thread = ::gettid();
  {
    std::lock_guard guard(mutex_);
    openers_[thread] = std::move(opener);
  }
  const std::string below = "." + path;
  unique_fd file(::openat(root, below.c_str(), (flags & ~O_CREAT) | O_CLOEXEC | O_NOCTTY));
  const int code = errno;
  {
    std::lock_guard guard(mutex_);
    openers_.erase(thread);
  }
  if (!file) return fail_errno(code, path, "cannot open");
  return file;
}

bool Mounts::any_ended() {
  for (const auto& [which, weak] : served_) {
    const auto one = weak.lock();
    if (!one || one->is_over()) return true;
  }
  return false;
}

void Mounts::settle() {
  std::vector<std::shared_ptr<Filesystem>> all;
  {
    std::lock_guard guard(mutex_);
    for (const auto& [which, weak] : served_)
      if (auto one = weak.lock()) all.push_back(std::move(one));
    if (own_.filesystem) all.push_back(own_.filesystem);
  }
  for (const auto& one : all) one->settle();
  all.clear();
  std::unique_lock guard(mutex_);
  ended_.wait_for(guard, patience, [this] { return !any_ended(); });
}

}  // namespace kmodern::fuse
