// Times as people write them: any text is a time that can be written again, or none.
#include <cstdlib>

#include "base/time_text.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const SystemTime now(std::chrono::seconds(1'763'740'800));
  const auto time = parse_time({reinterpret_cast<const char*>(data), size}, now);
  if (time && (local_time(*time).size() != 19 || iso_time(*time).size() != 27)) std::abort();
  return 0;
}
