// Plans that unload.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "plan/plan.h"

namespace kmodern::plan {
namespace {

// Collects the steps, playing each removal through on a copy of the list of modules, so that the
// plan knows what is unused after each.
class Unloader {
 public:
  Unloader(const UnloadRequest& request, const config::Config& config,
           const database::Database& database, std::span<const Loaded> loaded)
      : request_(request),
        config_(config),
        database_(database),
        loaded_(loaded.begin(), loaded.end()) {}

  // Softdeps behind it go first, those before it last; between them its holders, it, and what it
  // alone needed.
  Result<void> add(const std::string& module, Role role, const std::string& whose, bool required) {
    if (!visited_.insert(module).second) return {};
    config::Softdep softdeps;
    const config::Command* command = nullptr;
    if (!request_.ignore_commands) {
      softdeps = config_.softdeps_of(module);
      command = config_.remove_command(module);
    }
    if (command == nullptr && find(module) == nullptr) return {};
    TRY_OK(add_wishes(softdeps.after, Role::after, module));
    if (request_.remove_holders) TRY_OK(add_holders(module));
    if (command == nullptr) TRY_OK(check_unused(module));
    add_step(module, command, role, whose, required);
    TRY_OK(add_unused_dependencies(module));
    return add_wishes(softdeps.before, Role::before, module);
  }

  std::vector<Step> steps() && { return std::move(steps_); }

 private:
  Loaded* find(std::string_view module) {
    auto at = std::ranges::find(loaded_, module, &Loaded::name);
    return at != loaded_.end() ? &*at : nullptr;
  }

  // A wish that cannot be fulfilled (in use) takes nothing with it.
  Result<void> add_wishes(const std::vector<std::string>& names, Role role,
                          const std::string& whose) {
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      TRY(auto found, database_.lookup(config_, *name));
      for (const database::Found& target : found) {
        auto steps = steps_;
        auto loaded = loaded_;
        if (!add(target.module, role, whose, false)) {
          steps_ = std::move(steps);
          loaded_ = std::move(loaded);
        }
      }
    }
    return {};
  }

  Result<void> add_holders(const std::string& module) {
    const Loaded* entry = find(module);
    if (entry == nullptr) return {};
    std::vector<std::string> holders = entry->holders;
    for (auto holder = holders.rbegin(); holder != holders.rend(); ++holder)
      TRY_OK(add(*holder, Role::holder, module, true));
    return {};
  }

  Result<void> check_unused(const std::string& module) {
    const Loaded* entry = find(module);
    if (entry == nullptr || entry->refcnt <= 0 || request_.allow_in_use) return {};
    long users = entry->refcnt - static_cast<long>(entry->holders.size());
    std::string by;
    if (!entry->holders.empty())
      by = fmt::format("the module{} {}", entry->holders.size() > 1 ? "s" : "",
                       fmt::join(entry->holders, ", "));
    if (users > 0)
      by += fmt::format("{}{} other use{} (open files, mounts, devices)", by.empty() ? "" : " and ",
                        users, users > 1 ? "s" : "");
    return fail(EBUSY, module, fmt::format("used by {}", by),
                entry->holders.empty() ? "end what uses it, or wait for that with -w MSEC"
                                       : "remove those first, or let --remove-holders do it");
  }

  void add_step(const std::string& module, const config::Command* command, Role role,
                const std::string& whose, bool required) {
    steps_.push_back({.action = command != nullptr ? Action::remove_command : Action::remove,
                      .module = module,
                      .path = {},
                      .parameters = {},
                      .command = command != nullptr ? command->text : "",
                      .role = role,
                      .whose = whose,
                      .required = required});
    std::erase_if(loaded_, [&](const Loaded& one) { return one.name == module; });
    for (Loaded& one : loaded_) {
      auto held = std::ranges::find(one.holders, module);
      if (held == one.holders.end()) continue;
      one.holders.erase(held);
      if (one.refcnt > 0) --one.refcnt;
    }
  }

  Result<void> add_unused_dependencies(const std::string& module) {
    TRY(auto entry, database_.module(module));
    if (!entry) return {};
    // In the order of unloading: users before what they use.
    for (auto path = entry->dependencies.rbegin(); path != entry->dependencies.rend(); ++path) {
      auto name = module_name_of_path(*path);
      // What has its own turn coming is not taken away before.
      if (!name || visited_.contains(*name)) continue;
      const Loaded* dependency = find(*name);
      if (dependency == nullptr || dependency->refcnt != 0) continue;
      add_step(*name, nullptr, Role::unused, module, false);
    }
    return {};
  }

  const UnloadRequest& request_;
  const config::Config& config_;
  const database::Database& database_;
  std::vector<Loaded> loaded_;  // as it will be after the steps so far
  std::vector<Step> steps_;
  std::unordered_set<std::string> visited_;
};

}  // namespace

Result<Plan> plan_unload(const std::string& module, const UnloadRequest& request,
                         const config::Config& config, const database::Database& database,
                         std::span<const Loaded> loaded) {
  bool is_loaded = std::ranges::find(loaded, module, &Loaded::name) != loaded.end();
  bool has_command = !request.ignore_commands && config.remove_command(module) != nullptr;
  Plan plan{module, {}, Nothing::no};
  if (!is_loaded && !has_command) {
    TRY(bool builtin, database.builtin(module));
    if (builtin)
      return fail(ENOENT, module, "it is part of the kernel image",
                  "only a kernel configured with it as a module can unload it");
    plan.nothing = Nothing::not_loaded;
    return plan;
  }
  Unloader unloader(request, config, database, loaded);
  TRY_OK(unloader.add(module, Role::requested, {}, true));
  plan.steps = std::move(unloader).steps();
  return plan;
}

}  // namespace kmodern::plan
