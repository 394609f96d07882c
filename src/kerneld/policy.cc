#include "kerneld/policy.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "config/modules_conf.h"
#include "config/pattern.h"

namespace kmodern::kerneld {
namespace {

// Patterns of rules are normalised when they are read; names here.
bool any_matches(const std::vector<std::string>& patterns, std::string_view name) {
  const auto normal = normalize_name(name);
  return normal && std::ranges::any_of(patterns, [&](const std::string& pattern) {
           return config::pattern_matches(pattern, *normal);
         });
}

bool name_matches(const Rule& rule, const Subject& subject) {
  if (rule.names.empty() || any_matches(rule.names, subject.wanted)) return true;
  return std::ranges::any_of(
      subject.modules, [&](const std::string& module) { return any_matches(rule.names, module); });
}

bool user_matches(const Rule& rule, const Subject& subject) {
  return rule.users.empty() || std::ranges::any_of(rule.users, [&](const std::string& user) {
           return (!subject.user.empty() && user == subject.user) ||
                  (subject.uid && user == std::to_string(*subject.uid));
         });
}

bool cgroup_matches(const Rule& rule, const Subject& subject) {
  return rule.cgroups.empty() || std::ranges::any_of(rule.cgroups, [&](const std::string& pattern) {
           return config::pattern_matches(pattern, subject.cgroup);
         });
}

bool trigger_matches(const Rule& rule, const Subject& subject) {
  return rule.triggers.empty() ||
         std::ranges::find(rule.triggers, trigger_of(subject.wanted)) != rule.triggers.end();
}

bool matches(const Rule& rule, const Subject& subject) {
  return name_matches(rule, subject) &&
         (rule.aliases.empty() || any_matches(rule.aliases, subject.wanted)) &&
         trigger_matches(rule, subject) && user_matches(rule, subject) &&
         cgroup_matches(rule, subject);
}

}  // namespace

std::string_view name(Ruling ruling) {
  switch (ruling) {
    case Ruling::allow:
      return "allow";
    case Ruling::deny:
      return "deny";
    case Ruling::audit:
      return "audit";
  }
  return "?";
}

std::string_view name(Mode mode) {
  switch (mode) {
    case Mode::open:
      return "open";
    case Mode::audit:
      return "audit";
    case Mode::learned:
      return "learned";
  }
  return "?";
}

Decision Policy::decide(const Subject& subject) const {
  for (const Rule& rule : rules) {
    if (matches(rule, subject)) return {rule.ruling, &rule};
  }
  switch (mode) {
    case Mode::open:
      return {Ruling::allow, nullptr};
    case Mode::audit:
      return {Ruling::audit, nullptr};
    case Mode::learned:
      break;
  }
  return {Ruling::deny, nullptr};
}

std::string explain(const Decision& decision, const Policy& policy) {
  if (decision.rule != nullptr)
    return fmt::format("{} by {}", name(decision.ruling), decision.rule->where);
  return fmt::format("{}: no rule speaks of it and the mode is {}", name(decision.ruling),
                     name(policy.mode));
}

std::string modprobe_conf_of(const Policy& policy) {
  std::string text;
  const auto to = std::back_inserter(text);
  bool exceptions = false;
  for (const Rule& rule : policy.rules) {
    const bool one_list = rule.names.empty() != rule.aliases.empty();
    const bool of_anybody = rule.users.empty() && rule.cgroups.empty() && rule.triggers.empty();
    if (rule.ruling != Ruling::deny) {
      exceptions = true;
    } else if (!one_list || !of_anybody || exceptions) {
      // What stands before it may let some of it through, which modprobe.d has no word for.
      fmt::format_to(
          to, "# not carried over: {}: {}\n", rule.where,
          exceptions ? "rules before it make exceptions" : "it looks at more than a name");
    } else {
      for (const std::string& pattern : rule.names.empty() ? rule.aliases : rule.names)
        fmt::format_to(to, "install {} /bin/false\n", config::escaped_for_modprobe_d(pattern));
    }
  }
  if (policy.mode == Mode::learned)
    fmt::format_to(to, "# not carried over: mode = \"learned\", which denies everything else\n");
  return text;
}

}  // namespace kmodern::kerneld
