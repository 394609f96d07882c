// depmod.d files: any text gives a configuration and warnings.
#include "config/depmod_config.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  kmodern::config::DepmodConfig config;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  kmodern::config::parse_depmod_config(text, "fuzz.conf", "6.1.0-56-amd64", config);
  return 0;
}
