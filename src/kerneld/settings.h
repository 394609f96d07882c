// How kerneld itself is set: the table [daemon] of /etc/kmodern/kerneld.toml. TOML 1.0; the keys:
// kerneld.toml(5). The rest of the file is the policy's: policy_file.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern::kerneld {

struct Settings {
  unsigned workers = 0;           // modules that load at once; 0: as many as there are processors
  std::chrono::seconds idle{60};  // unused for so long, a module may go; 0: none goes
  std::vector<std::string> keep;  // patterns of modules that stay
  // The file that requests are recorded in; "": none; nullopt: the default place.
  std::optional<std::string> store;
  std::uint64_t store_limit = 32 << 20;  // bytes
  std::uint16_t metrics_port = 0;        // of 127.0.0.1, for GET /metrics; 0: none

  bool keeps(std::string_view module) const;
};

// Of a text. Errors: EINVAL, the subject "FILE line N": no TOML, an unknown key, a value out of its
// range.
Result<Settings> parse_settings(std::string_view text, const std::string& file);

// Of a file; one that is not there says nothing. Errors: also those of reading.
Result<Settings> read_settings(const std::string& path);

}  // namespace kmodern::kerneld
