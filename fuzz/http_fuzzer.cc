// HTTP requests: any bytes get one response that ends the connection, or are too few.
#include <cstdlib>
#include <string>

#include "kerneld/http.h"

using namespace kmodern;

namespace {
std::optional<kerneld::HttpContent> contents(std::string_view path) {
  if (path != "/metrics") return std::nullopt;
  return kerneld::HttpContent{"text/plain", "# EOF\n"};
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto response = kerneld::answer_http({reinterpret_cast<const char*>(data), size}, contents);
  if (!response) {
    if (size >= kerneld::longest_http_head) std::abort();
    return 0;
  }
  if (!response->starts_with("HTTP/1.1 ")) std::abort();
  if (response->find("\r\nConnection: close\r\n") == std::string::npos) std::abort();
  return 0;
}
