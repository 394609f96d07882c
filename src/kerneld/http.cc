#include "kerneld/http.h"

#include <fmt/core.h>

#include "base/text.h"

namespace kmodern::kerneld {
namespace {

std::string response(std::string_view status, std::string_view type, std::string_view body,
                     std::string_view more_fields = {}) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}Connection: close\r\n\r\n{}",
      status, type, body.size(), more_fields, body);
}

std::string refusal(std::string_view status, std::string_view more_fields = {}) {
  return response(status, "text/plain; charset=utf-8", fmt::format("{}\n", status), more_fields);
}

std::string answer_line(std::string_view line, const HttpContents& contents) {
  const auto words = split(line, " ");
  if (words.size() != 3 || !words[2].starts_with("HTTP/")) return refusal("400 Bad Request");
  if (!words[2].starts_with("HTTP/1.")) return refusal("505 HTTP Version Not Supported");
  if (words[0] != "GET") return refusal("405 Method Not Allowed", "Allow: GET\r\n");
  const auto content = contents(words[1].substr(0, words[1].find('?')));
  return content ? response("200 OK", content->type, content->body) : refusal("404 Not Found");
}

}  // namespace

std::optional<std::string> answer_http(std::string_view received, const HttpContents& contents) {
  const std::size_t end = received.find("\r\n\r\n");
  if (end != std::string_view::npos && end < longest_http_head)
    return answer_line(received.substr(0, received.find("\r\n")), contents);
  if (received.size() >= longest_http_head) return refusal("431 Request Header Fields Too Large");
  return std::nullopt;
}

}  // namespace kmodern::kerneld
