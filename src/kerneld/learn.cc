#include "kerneld/learn.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/printable.h"
#include "base/text.h"
#include "base/time_text.h"

namespace kmodern::kerneld {
namespace {

constexpr std::size_t most_named = 4;       // askers, devices of a module
constexpr std::size_t most_refused = 1000;  // names that are kept to be told of

// Names are asked for by anybody: only what cannot be a pattern, nor end a text of TOML, becomes a
// part of a rule. "fs-*" does lead to modules, and would allow all of them.
bool harmless(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == ':' || c == '.' || c == ',' || c == '+' || c == '=';
  });
}

// "a, b, c, d and 3 more"
std::string some_of(const std::vector<std::string>& all) {
  const auto shown = std::min(all.size(), most_named);
  std::string text = fmt::format("{}", fmt::join(all.begin(), all.begin() + shown, ", "));
  if (all.size() > shown) text += fmt::format(" and {} more", all.size() - shown);
  return printable(text);
}

std::string times(std::uint64_t count) {
  return count == 1 ? "once" : fmt::format("{} times", count);
}

std::string asker(const Event& event) {
  if (event.asker.pid == 0) return "the kernel";
  const std::string user =
      !event.user.empty() ? event.user : fmt::format("uid {}", event.asker.uid);
  return event.asker.uid < 0 && event.user.empty() ? event.asker.comm
                                                   : fmt::format("{} ({})", event.asker.comm, user);
}

}  // namespace

void Learner::add(const Event& event) {
  const bool came = event.verdict == Verdict::loaded || event.verdict == Verdict::already_loaded;
  if (!came) {
    if (refused_.size() < most_refused || refused_.contains(event.name)) {
      Refused& refused = refused_[event.name];
      ++refused.times;
      refused.verdict = event.verdict;
    }
    return;
  }
  for (const std::string& module : event.modules) {
    Use& use = uses_[module];
    ++use.times;
    use.last = std::max(use.last, event.time);
    ++use.askers[asker(event)];
    if (event.trigger != Trigger::other) use.trigger = event.trigger;
    // The aliases of devices are long, and any other of the same module is as good.
    if (event.trigger != Trigger::hardware && harmless(event.name)) use.names.insert(event.name);
  }
}

void Learner::add_loaded(const std::string& module, const std::vector<std::string>& holders) {
  Use& use = uses_[module];
  use.loaded = true;
  use.holders = holders;
}

void Learner::add_device(const std::string& device, const std::vector<std::string>& modules) {
  for (const std::string& module : modules) {
    Use& use = uses_[module];
    use.trigger = Trigger::hardware;
    use.devices.push_back(device);
  }
}

// "12 times by sshd (root), last 2026-11-21 16:20:13; loaded now, used by nls_cp437; for pci ..."
std::string Learner::comment(const Use& use) {
  std::vector<std::string> parts;
  if (use.times != 0) {
    std::vector<std::string> askers;
    askers.reserve(use.askers.size());
    for (const auto& [who, count] : use.askers) askers.push_back(who);
    std::ranges::stable_sort(askers, std::ranges::greater{},
                             [&](const std::string& who) { return use.askers.at(who); });
    parts.push_back(
        fmt::format("{} by {}, last {}", times(use.times), some_of(askers), local_time(use.last)));
  }
  if (use.loaded) {
    parts.push_back(use.holders.empty() ? "loaded now"
                                        : "loaded now, used by " + some_of(use.holders));
  }
  if (!use.devices.empty()) parts.push_back("for the device " + some_of(use.devices));
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string Learner::rules(std::string_view source) const {
  std::string text;
  const auto to = std::back_inserter(text);
  fmt::format_to(
      to,
      "# Made from {} by `kmodern policy learn`.\n"
      "# Read it, take out what shall not be loaded on demand, and put it into\n"
      "# /etc/kmodern/policy.d. All else is denied once these two lines are no comments:\n"
      "# [policy]\n"
      "# mode = \"learned\"\n",
      printable(source));
  for (const Trigger trigger : triggers) {
    bool first = true;
    for (const auto& [module, use] : uses_) {
      if (use.trigger != trigger) continue;
      if (first) fmt::format_to(to, "\n# ---- class {}\n", name(trigger));
      first = false;
      if (!harmless(module)) {
        fmt::format_to(to, "\n# left out, as its name is none: {}\n", printable(module));
        continue;
      }
      std::vector<std::string> names = {module};
      for (const std::string& alias : use.names) {
        if (normalize_name(alias) != module) names.push_back(alias);
      }
      fmt::format_to(to, "\n# {}\n[[rule]]\naction = \"allow\"\nname = [\"{}\"]\n", comment(use),
                     fmt::join(names, "\", \""));
    }
  }
  if (!refused_.empty()) fmt::format_to(to, "\n# ---- asked for, and not in this list\n");
  for (const auto& [wanted, refused] : refused_) {
    fmt::format_to(to, "# {}: {}, {}\n", printable(wanted), name(refused.verdict),
                   times(refused.times));
  }
  return text;
}

}  // namespace kmodern::kerneld
