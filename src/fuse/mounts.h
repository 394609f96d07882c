// All filesystems of one user-space kernel: those that its user has mounted, one of its own for the
// files that supervised programs open, and the images that such programs have mounted.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "fuse/filesystem.h"

namespace kmodern::fuse {

// Any thread may call.
class Mounts {
 public:
  // `kernel` outlives it.
  explicit Mounts(ukernel::Ukernel& kernel) : kernel_(kernel) {}

  // Serves a mount whose connection that is, until it is unmounted.
  Result<void> serve(unique_fd connection);

  // An open file for that process: what stands at `path`, which is no link. It reaches the kernel
  // at each call on it. Errors: those of open(2) there, EINTR if the opener is gone before the
  // module has opened it; EOPNOTSUPP where FUSE cannot be used.
  Result<unique_fd> open(const std::string& path, int flags, Filesystem::Opener opener);

  // mount(2) of an image at the folder that the process `pid` knows by that absolute path, with
  // flags as MS_NOEXEC; it can only be read. It is served until it is unmounted. Errors: those of
  // mount(2).
  Result<void> mount(Image image, int pid, const std::string& folder, unsigned long flags);

  // See Filesystem::settle(). Also waits until what was unmounted before is gone.
  void settle();

 private:
  struct Own {
    unique_fd root;
    std::shared_ptr<Filesystem> filesystem;
  };
  Result<int> own_root();
  Result<void> start_own();
  void run(std::shared_ptr<Filesystem> filesystem);
  bool any_ended();

  ukernel::Ukernel& kernel_;
  std::mutex mutex_;
  std::map<Filesystem*, std::weak_ptr<Filesystem>> served_;
  std::condition_variable ended_;  // one of them
  Own own_;
  std::optional<Error> refused_;               // why there can be no own one
  std::map<int, Filesystem::Opener> openers_;  // for whom that thread opens
};

}  // namespace kmodern::fuse
