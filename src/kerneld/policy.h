// The policy of demand loading: which requests are let through. Pure: a decision is made from
// values. Where the rules come from: policy_file.h; what they look like: kmodern-policy(5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kerneld/trigger.h"

namespace kmodern::kerneld {

enum class Ruling {
  allow,
  deny,
  audit,  // let through and record
};
std::string_view name(Ruling ruling);  // "allow", "deny", "audit"

// What is done with a request that no rule speaks of.
enum class Mode {
  open,     // allow it
  audit,    // audit it
  learned,  // deny it: the rules are the list of what is used
};
std::string_view name(Mode mode);

// A condition that is empty holds for every request; all conditions of a rule have to hold.
struct Rule {
  Ruling ruling = Ruling::allow;
  std::vector<std::string> names;    // of modules: what is asked for, or what it leads to; patterns
  std::vector<std::string> aliases;  // patterns of what is asked for
  std::vector<Trigger> triggers;
  std::vector<std::string> users;    // names or numbers of the asker's user
  std::vector<std::string> cgroups;  // patterns of the asker's cgroup, '*' also for '/'
  std::string where;                 // "FILE line N"
};

// A request, as far as a policy looks at it.
struct Subject {
  std::string wanted;
  // What it leads to, where that is known already: a rule for a module's name holds for its aliases
  // only then. To decide before anything is looked up, leave it empty, then ask again.
  std::vector<std::string> modules;
  std::string user;  // name
  std::optional<unsigned> uid;
  std::string cgroup;  // "/system.slice/x.service"
};

struct Decision {
  Ruling ruling = Ruling::allow;
  const Rule* rule = nullptr;  // of the policy that was asked; nullptr: the mode decided
};

struct Policy {
  Mode mode = Mode::open;
  std::vector<Rule> rules;  // the first that matches counts

  Decision decide(const Subject& subject) const;
};

// "deny by /etc/kmodern/kerneld.toml line 7" or "allow: no rule speaks of it and the mode is open".
std::string explain(const Decision& decision, const Policy& policy);

// The part of the policy that modprobe.d can hold: rules that deny, as install lines, for machines
// and times without the daemon. What cannot be carried over stands in comments.
std::string modprobe_conf_of(const Policy& policy);

}  // namespace kmodern::kerneld
