// modules.conf: any text gives a configuration, reads nothing that it was not given, and what it
// gives can be written as modprobe.d lines that say the same.
#include <cerrno>
#include <cstdlib>

#include "config/modules_conf.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const config::ClassicReader reader{
      .read = [&](const std::string& path) -> Result<std::string> {
        if (path == "self") return text;
        return fail(ENOENT, path, "is not there");
      },
      .surroundings = {.exists = [](const std::string& path) { return path.size() % 2 == 0; }}};
  const config::ModulesConf classic = config::parse_modules_conf(text, "fuzz", reader);

  config::Config read;
  config::parse_modprobe_conf(config::modprobe_conf_text(classic), "written", read);
  if (!read.notices.empty() || read.aliases.size() != classic.aliases.size() ||
      read.install.size() != classic.install.size() ||
      read.remove.size() != classic.remove.size() ||
      read.softdeps.size() != classic.softdeps.size() ||
      read.options.size() != classic.options.size())
    std::abort();
  return 0;
}
