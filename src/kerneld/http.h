// The least of HTTP/1.1 (RFC 9112) that is needed to be asked for a few texts. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kmodern::kerneld {

inline constexpr std::size_t longest_http_head = 8192;  // bytes of a request's line and fields

struct HttpContent {
  std::string type;  // "text/plain"
  std::string body;
};
// What stands at a path, "/metrics"; nullopt: nothing. Called for requests that are right.
using HttpContents = std::function<std::optional<HttpContent>(std::string_view path)>;

// The whole response to what a client has sent so far; nullopt if more has to come. It says that
// the connection ends with it.
std::optional<std::string> answer_http(std::string_view received, const HttpContents& contents);

}  // namespace kmodern::kerneld
