// What a hostile client can send: headers, texts, members, and errors on their way back.
#include <cstdlib>

#include "kernel/user/protocol.h"

using namespace kmodern;
namespace protocol = kmodern::kernel::protocol;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  auto header = protocol::read_header(input, protocol::request_limits);
  if (header && (header->text > protocol::request_limits.text ||
                 header->blob > protocol::request_limits.blob))
    std::abort();
  if (size < protocol::header_size) return 0;
  auto json = protocol::read_text(input.substr(protocol::header_size));
  if (!json) return 0;
  for (const char* key : {"call", "path", "name", "file", "size", "error", "modules", "wait"}) {
    (void)protocol::text_of(*json, key);
    (void)protocol::number_of(*json, key);
    (void)protocol::flag_of(*json, key);
    (void)protocol::texts_of(*json, key);
    (void)protocol::objects_of(*json, key);
  }
  // An error is the same after a second way over the wire, and always has a code.
  Error once = protocol::error_from(*json);
  Error twice = protocol::error_from(protocol::to_json(once));
  if (once.code <= 0 || once.code != twice.code || once.reason != twice.reason) std::abort();
  return 0;
}
