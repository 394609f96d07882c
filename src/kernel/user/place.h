// Where user-space kernels are found: a directory that only its user can enter, with one socket
// NAME.sock and one lock NAME.lock for each kernel. The lock is held as long as the kernel lives,
// so that a socket that a crash left behind is told from one in use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"

namespace kmodern::kernel {

inline constexpr std::string_view default_kernel_name = "default";

// $XDG_RUNTIME_DIR/kmodern if that directory is this user's, else /tmp/kmodern-UID. It is made
// (mode 0700) if it is not there. Errors: EPERM if another user owns it or can enter it: then
// nothing in it can be trusted.
Result<std::string> runtime_directory();

struct Place {
  std::string name;
  std::string socket;  // the paths
  std::string lock;
  std::string errors;  // what the server prints at its end, if it should crash
};

// Errors: EINVAL for a name with other characters than letters, digits, '_', '-' and '.';
// ENAMETOOLONG where the socket's path does not fit into an address (108 bytes).
Result<Place> place_of(std::string_view name);

// The names of the kernels that run now, sorted.
Result<std::vector<std::string>> running_kernels();

// A connection to a kernel of this user; ECONNREFUSED if none of that name runs.
Result<unique_fd> connect_to(const Place& place);

}  // namespace kmodern::kernel
