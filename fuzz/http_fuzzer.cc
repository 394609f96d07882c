// HTTP requests: any bytes get one response that ends the connection, or are too few.
#include <cstdlib>
#include <string>

#include "kerneld/http.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view received(reinterpret_cast<const char*>(data), size);
  const auto response = kerneld::answer_http(received, [](std::string_view path) {
    return path == "/metrics" ? std::optional(kerneld::HttpContent {
      "text/plain",
          "# EOF
          "})
          : std::nullopt;
    });
    if (!response) {
      if (size >= kerneld::longest_http_head) std::abort();
      return 0;
    }
    if (!response->starts_with("HTTP/1.1 ") ||
        response->find("\r\nConnection: close\r\n") == std::string::npos)
      std::abort();
    return 0;
}
