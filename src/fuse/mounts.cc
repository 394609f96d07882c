#include "fuse/mounts.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <thread>
#include <vector>

#include "fuse/attach.h"
#include "ukernel/log.h"

namespace kmodern::fuse {

Result<void> Mounts::serve(unique_fd connection) {
  TRY(auto filesystem, Filesystem::start(kernel_, std::move(connection), {}));
  {
    std::lock_guard guard(mutex_);
    served_.insert(filesystem);
  }
  filesystem->run();
  std::lock_guard guard(mutex_);
  served_.erase(filesystem);
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
  TRY(own_.filesystem, Filesystem::start(kernel_, std::move(mount.connection), std::move(options)));
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

void Mounts::settle() {
  std::vector<std::shared_ptr<Filesystem>> all;
  {
    std::lock_guard guard(mutex_);
    all.assign(served_.begin(), served_.end());
    if (own_.filesystem) all.push_back(own_.filesystem);
  }
  for (const auto& one : all) one->settle();
}

}  // namespace kmodern::fuse
