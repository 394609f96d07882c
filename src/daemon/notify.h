// What the daemon says to the manager that started it, if one did, and to people. Source:
// sd_notify(3), sd-daemon(3), sd_listen_fds(3).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"

namespace kmodern::daemon {

void tell_ready(const std::string& status);
void tell_reloading();
void tell_stopping();

// The sockets that were opened for this process. Errors: of descriptors that are none.
Result<std::vector<unique_fd>> activation_sockets();

// A line on stderr, with its level (a number of syslog(3)) where that is the journal. Any thread.
void log(int level, const std::string& line);

}  // namespace kmodern::daemon
