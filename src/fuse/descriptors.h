// Open files on their way over a unix socket (SCM_RIGHTS, unix(7)).
#pragma once

#include "base/error.h"
#include "base/file.h"

namespace kmodern::fuse {

// Async-signal-safe. False with errno.
bool send_descriptor(int socket, int descriptor);

// The first that comes with the next message. Errors: ECONNRESET if the other side has closed.
Result<unique_fd> receive_descriptor(int socket);

}  // namespace kmodern::fuse
