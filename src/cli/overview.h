// What `kmodern status` tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kerneld/event.h"
#include "kerneld/status.h"

namespace kmodern::cli {

struct Overview {
  std::string kernel, release;
  std::uint64_t modules = 0;
  std::string no_modules;               // why they cannot be listed
  std::string taints;                   // letters
  std::string no_taints;                // why they cannot be told
  std::vector<std::string> going_next;  // modules that the next sweep may take
  std::optional<kerneld::Status> daemon;
  std::string no_daemon;  // why there is none to be asked
  kerneld::Status::PolicyState policy;
  std::string no_policy;                 // why it cannot be read
  std::string store;                     // the record of requests
  std::string no_record;                 // why it cannot be read
  std::vector<kerneld::Event> refusals;  // the last ones, oldest first
};

}  // namespace kmodern::cli
