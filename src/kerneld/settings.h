// How kerneld itself is set: the table [daemon] of its configuration. TOML 1.0; the keys:
// kerneld.toml(5). The rest of the file is the policy's: policy_file.h. Who looks for kerneld or
// its record of requests reads it, too.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern::kerneld {

// Where the configuration stands, for whom no option tells: $KMODERN_CONFIG, or
// /etc/kmodern/kerneld.toml.
std::string config_path();

struct Settings {
  unsigned workers = 0;           // modules that load at once; 0: as many as there are processors
  std::chrono::seconds idle{60};  // unused for so long, a module may go; 0: none goes
  std::vector<std::string> keep;  // patterns of modules that stay
  // The file that requests are recorded in; "": none; nullopt: the default place.
  std::optional<std::string> store;
  std::uint64_t store_limit = 32 << 20;  // bytes
  std::uint16_t metrics_port = 0;        // of 127.0.0.1, for GET /metrics; 0: none
  std::string socket;                    // at which kerneld is asked; "": the kernel's usual one

  bool keeps(std::string_view module) const;
  // Where the requests of a kernel (as --kernel takes it) are recorded; "": they are not. Errors:
  // those of default_store().
  Result<std::string> store_of(std::string_view kernel) const;
};

// Of a text. Errors: EINVAL, the subject "FILE line N": no TOML, an unknown key, a value out of its
// range.
Result<Settings> parse_settings(std::string_view text, const std::string& file);

// Of a file; one that is not there says nothing. Errors: also those of reading.
Result<Settings> read_settings(const std::string& path);

// Settings::store_of() by that file. Errors: also ENOENT where it says that nothing is recorded.
Result<std::string> recorded_in(const std::string& config, std::string_view kernel);

}  // namespace kmodern::kerneld
