// Mounting: who tells the running kernel that there is a filesystem. The connection (/dev/fuse) is
// then given to whoever serves it. Needs no libfuse.
#pragma once

#include <string>

#include "base/error.h"
#include "base/file.h"

namespace kmodern::fuse {

struct MountOptions {
  std::string source;        // what mount(8) lists as the device: "user:default"
  bool allow_other = false;  // other users than this one, too
};

// Mounts at the folder `path`: by mount(2), else by the program fusermount3. The open connection.
// Errors: ENOTDIR, ENOENT; EPERM, EACCES where neither is permitted.
Result<unique_fd> attach(const std::string& path, const MountOptions& options);

// Takes it away, now or when the last of its files is closed.
Result<void> detach(const std::string& path);

// True if `path` is a mount whose server is gone.
bool is_dead(const std::string& path);

// A mount that is at no folder, and can be reached by its descriptor only. An ordinary user's is
// made in a user namespace. Errors: those of /dev/fuse; ENOSYS, EPERM.
struct Detached {
  unique_fd root;        // O_PATH
  unique_fd connection;  // /dev/fuse
};
Result<Detached> mount_detached();

}  // namespace kmodern::fuse
