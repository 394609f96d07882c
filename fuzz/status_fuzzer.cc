// What a daemon says of itself: any bytes are read or refused.
#include <cstdlib>

#include "kerneld/status.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto status = kerneld::status_from(bytes); status) {
    if (!kerneld::status_from(kerneld::to_json(*status))) std::abort();
  }
  return 0;
}
