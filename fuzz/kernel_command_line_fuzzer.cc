// The kernel's command line: any text gives options and a blacklist.
#include "config/config.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  kmodern::config::Config config;
  kmodern::config::parse_kernel_command_line({reinterpret_cast<const char*>(data), size}, config);
  return 0;
}
