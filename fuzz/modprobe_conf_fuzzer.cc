// modprobe.d files: any text gives a configuration and notices, and it can be asked.
#include "config/config.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  kmodern::config::Config config;
  kmodern::config::parse_modprobe_conf({reinterpret_cast<const char*>(data), size}, "fuzz.conf",
                                       config);
  (void)config.options_of("ext4", {"fs_ext4"});
  (void)config.softdeps_of("ext4");
  (void)config.install_command("ext4");
  return 0;
}
