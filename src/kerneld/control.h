// Asking a running kerneld: it speaks HTTP/1.1 on a Unix socket, one request per connection, so
// that curl --unix-socket and collectors of metrics need nothing else. GET /status: status.h; GET
// /metrics: OpenMetrics text. Source: RFC 9112.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace kmodern::kerneld {

// The socket of the daemon of that kernel ("linux", "user:NAME", as Kernel::describe() has it):
// /run/kmodern/kerneld.sock, or NAME.kerneld beside the user-space kernel's own.
Result<std::string> control_path(std::string_view kernel);

// What the daemon at that socket answers to GET `target`. Errors: ECONNREFUSED if none runs; ENOENT
// with its text if it has no such thing; EPROTO for what is no answer; ETIMEDOUT after ten seconds.
Result<std::string> ask_daemon(const std::string& socket, std::string_view target);

}  // namespace kmodern::kerneld
