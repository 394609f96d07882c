#include "diagnose/state.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include "base/text.h"
#include "kernel/taints.h"

namespace kmodern::diagnose {
namespace {

std::string plural(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

void tell_loaded(const kernel::LoadedModule& module, std::vector<std::string>& lines) {
  lines.push_back(fmt::format("{} is loaded ({}, {} bytes)", module.name,
                              kernel::name(module.state), module.size));
  if (!module.holders.empty())
    lines.push_back(fmt::format("it is held by {}, which {} it: it cannot be unloaded before",
                                fmt::join(module.holders, ", "),
                                module.holders.size() == 1 ? "needs" : "need"));
  const long others = module.refcnt - static_cast<long>(module.holders.size());
  if (others > 0)
    lines.push_back(
        fmt::format("it is in use by {} that {} not a module (an open file, a mount, an "
                    "interface): it cannot be unloaded before",
                    plural(static_cast<std::size_t>(others), "user"), others == 1 ? "is" : "are"));
  if (module.permanent) lines.emplace_back("it has no exit function: it stays until the next boot");
  if (module.state == kernel::State::coming)
    lines.emplace_back("its init function is still running, or has crashed (see dmesg)");
  if (module.refcnt == 0 && !module.permanent && module.state == kernel::State::live)
    lines.push_back(fmt::format("nothing uses it: `rmmod {}` would unload it", module.name));
  if (!module.taints.empty())
    lines.push_back(
        fmt::format("it taints the kernel: {}", kernel::taints_in_words(module.taints)));
}

void tell_not_loaded(const StateFacts& facts, std::vector<std::string>& lines) {
  lines.push_back(fmt::format("{} is not loaded", facts.module));
  if (!facts.install_command.empty())
    lines.push_back(fmt::format("modprobe would not load it, but run: {}", facts.install_command));
  if (facts.blacklisted)
    lines.emplace_back(
        "it is blacklisted in modprobe.d: it is not loaded by an alias (by a device), "
        "only by its name");
  if (!facts.file_problem.empty()) {
    lines.push_back("it could not be loaded: " + facts.file_problem);
    return;
  }
  std::vector<std::string> missing;
  for (const std::string& name : facts.dependencies) {
    if (facts.kernel.find(name) == nullptr) missing.push_back(name);
  }
  if (!missing.empty())
    lines.push_back(fmt::format("loading it would first load {}", fmt::join(missing, ", ")));
  if (!facts.path.empty() && facts.install_command.empty())
    lines.push_back(fmt::format("`modprobe {}` would load it", facts.module));
}

}  // namespace

std::vector<std::string> why(const StateFacts& facts) {
  std::vector<std::string> lines;
  if (facts.module.empty()) {
    lines.push_back(fmt::format("nothing that is installed for kernel {} is called {}",
                                facts.kernel.release, facts.wanted));
    if (!facts.database_problem.empty()) lines.push_back(facts.database_problem);
    if (!facts.near.empty())
      lines.push_back(fmt::format("did you mean {}?", fmt::join(facts.near, ", ")));
    return lines;
  }
  if (normalize_name(facts.wanted) != facts.module)
    lines.push_back(fmt::format("{} is an alias of {}", facts.wanted, facts.module));
  if (const kernel::LoadedModule* loaded = facts.kernel.find(facts.module))
    tell_loaded(*loaded, lines);
  else if (facts.builtin)
    lines.push_back(fmt::format("{} is a part of the kernel itself: always there, never unloaded",
                                facts.module));
  else
    tell_not_loaded(facts, lines);
  if (!facts.path.empty()) lines.push_back("its file is " + facts.path);
  if (!facts.options.empty()) lines.push_back("its configured parameters are " + facts.options);
  return lines;
}

}  // namespace kmodern::diagnose
