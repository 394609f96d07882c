// The list of what is used, made from what was used: rules for the mode "learned", as a person
// reads and edits them. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kerneld/event.h"
#include "kerneld/trigger.h"

namespace kmodern::kerneld {

class Learner {
 public:
  // A request. What was denied, failed or led to nothing is only told of in a comment.
  void add(const Event& event);
  // A module that is loaded now; `holders` use it.
  void add_loaded(const std::string& module, const std::vector<std::string>& holders);
  // A device, "pci 0000:00:1f.2", and what its modalias leads to.
  void add_device(const std::string& device, const std::vector<std::string>& modules);

  // TOML: one [[rule]] for each module, by class; `source` says in the first line where they come
  // from.
  std::string rules(std::string_view source) const;

 private:
  // Of one module.
  struct Use {
    std::set<std::string> names;  // that it was asked for by
    Trigger trigger = Trigger::other;
    std::uint64_t times = 0;
    std::chrono::system_clock::time_point last;
    std::map<std::string, std::uint64_t> askers;  // "sshd (root)"
    bool loaded = false;
    std::vector<std::string> holders, devices;
  };
  struct Refused {
    std::uint64_t times = 0;
    Verdict verdict = Verdict::denied;
  };
  static std::string comment(const Use& use);

  std::map<std::string, Use> uses_;         // by module
  std::map<std::string, Refused> refused_;  // by what was asked for
};

}  // namespace kmodern::kerneld
