// Asking a running kerneld: it speaks HTTP/1.1 on a Unix socket, one request per connection, so
// that curl --unix-socket and collectors of metrics need nothing else. GET /status: status.h; GET
// /metrics: OpenMetrics text. Source: RFC 9112.
#pragma once

#include <cstddef>
#include <optional>
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

// ---- The daemon's side.

// A request has at most so many bytes; what is longer is answered with 431.
inline constexpr std::size_t longest_http_request = 8192;

struct HttpRequest {
  std::string method;
  std::string target;  // "/status"
};

// nullopt: its end has not come yet. EINVAL for what is no HTTP/1 request.
Result<std::optional<HttpRequest>> read_http_request(std::string_view bytes);

// "HTTP/1.1 200 OK" and so on, with the body.
std::string http_response(int status, std::string_view content_type, std::string_view body);

}  // namespace kmodern::kerneld
