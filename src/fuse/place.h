// Mounting where another process stands: in its namespaces.
#pragma once

#include <string>

#include "base/error.h"
#include "base/file.h"
#include "fuse/new_mount.h"

namespace kmodern::fuse {

struct Place {
  unique_fd folder;           // O_PATH
  unique_fd user_namespace;   // that of the process, where it is another one than ours
  unique_fd mount_namespace;  // likewise
};

// The folder that the process knows by that absolute path. Errors: those of open(2); of a process
// that may not be looked into EACCES.
Result<Place> place_of(int pid, const std::string& path);

// Mounts there, with the rights that whoever is root in that user namespace has. The open
// connection. Errors: EPERM, and those of mount(2).
Result<unique_fd> attach_at(const Place& place, NewMount how);

}  // namespace kmodern::fuse
