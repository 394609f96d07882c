// What a running kerneld says of itself: GET /status (control.h) is one JSON object with the
// members of Status by their names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern::kerneld {

struct Status {
  int pid = 0;
  std::string kernel;   // "user:default", "linux"
  std::string release;  // of that kernel
  double uptime = 0;    // seconds

  // Requests since the start, by what became of them.
  struct Requests {
    std::uint64_t total = 0;
    std::uint64_t in_flight = 0;
    std::uint64_t loaded = 0;
    std::uint64_t already_loaded = 0;
    std::uint64_t unknown = 0;
    std::uint64_t blacklisted = 0;
    std::uint64_t failed = 0;
    std::uint64_t denied = 0;
    std::uint64_t audited = 0;  // let through by a rule or mode "audit"; counted above, too
    std::uint64_t joined = 0;   // that shared work with another one; counted above, too
  } requests;

  struct PolicyState {
    std::string mode;  // "open", "audit", "learned"
    std::uint64_t rules = 0;
  } policy;

  struct Configuration {
    std::string file;
    // What is wrong with it as it stands: the former one is in force. Empty: nothing.
    std::string error;
  } configuration;

  struct AutocleanState {
    std::uint64_t idle = 0;  // seconds after which a module may go; 0: it is switched off
    std::vector<std::string> keep;
    std::uint64_t sweeps = 0;
    std::uint64_t removed = 0;  // modules
  } autoclean;

  struct StoreState {
    std::string file;   // empty: requests are not recorded
    std::string error;  // why the last one could not be; empty: it could
  } store;
};

std::string to_json(const Status& status);
// Members that it does not know are passed over. EPROTO for what is no such object.
Result<Status> status_from(std::string_view json);

}  // namespace kmodern::kerneld
