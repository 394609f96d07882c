// Plans that load.
#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "module/module.h"
#include "plan/plan.h"

namespace kmodern::plan {
namespace {

bool is_loaded(std::span<const Loaded> loaded, const std::string& module) {
  return std::ranges::any_of(loaded, [&](const Loaded& one) { return one.name == module; });
}

// How a module comes into the plan.
struct Reason {
  Role role = Role::requested;
  std::string whose;
  bool required = true;
  std::vector<std::string> aliases;  // by which a wish reached it: they have options, too
};

// Collects the steps. A module that is reached twice keeps its first place, so that every order
// that a dependency or a softdep asks for holds where there is no circle; a circle of softdeps ends
// where it meets itself.
class Loader {
 public:
  Loader(const LoadRequest& request, const config::Config& config,
         const database::Database& database, std::span<const Loaded> loaded)
      : request_(request), config_(config), database_(database), loaded_(loaded) {}

  // What was asked for. `known` is its entry of the database, or made from its file.
  Result<void> add_requested(const database::Module& known,
                             const std::vector<std::string>& aliases) {
    known_ = &known;
    aliases_ = aliases;
    return add_tree(known.name, {});
  }

  std::vector<Step> steps() && { return std::move(steps_); }

 private:
  Result<std::optional<database::Module>> find(const std::string& module) {
    if (module == known_->name) return *known_;
    return database_.module(module);
  }

  // A module with everything that has to stand around it: its dependencies, each between its own
  // softdeps; what its softdeps want before; it; what they want behind.
  Result<void> add_tree(const std::string& module, const Reason& reason) {
    if (!visited_.insert(module).second) {
      known(module, reason);
      return {};
    }
    TRY(auto entry, find(module));
    if (entry) {
      for (const std::string& path : entry->dependencies) {
        auto name = module_name_of_path(path);
        if (!name) continue;
        TRY_OK(add_with_softdeps(*name, {Role::dependency, module, reason.required, {}}, path));
      }
    }
    if (reason.role == Role::requested && request_.ignore_commands)
      return add_step(module, reason, entry ? entry->path : "");
    return add_with_softdeps(module, reason, entry ? entry->path : "");
  }

  Result<void> add_with_softdeps(const std::string& module, const Reason& reason,
                                 const std::string& path) {
    if (known(module, reason)) return {};
    // A circle: what it wants before needs it. Needs go before wishes.
    if (std::ranges::find(open_, module) != open_.end()) return add_step(module, reason, path);
    open_.push_back(module);
    config::Softdep softdeps = config_.softdeps_of(module);
    for (const std::string& name : softdeps.before) TRY_OK(add_wish(name, Role::before, module));
    TRY_OK(add_step(module, reason, path));
    for (const std::string& name : softdeps.after) TRY_OK(add_wish(name, Role::after, module));
    open_.pop_back();
    return {};
  }

  // A softdep's name may be an alias, and may lead nowhere.
  Result<void> add_wish(const std::string& name, Role role, const std::string& whose) {
    TRY(auto found, database_.lookup(config_, name));
    for (const database::Found& target : found)
      TRY_OK(add_tree(target.module, {role, whose, false, target.aliases}));
    return {};
  }

  Result<void> add_step(const std::string& module, const Reason& reason, const std::string& path) {
    if (known(module, reason)) return {};
    bool requested = module == known_->name;
    TRY(bool builtin, path.empty() ? database_.builtin(module) : Result<bool>(false));
    if (!request_.ignore_loaded && (builtin || is_loaded(loaded_, module))) return {};
    Step step{.action = Action::insert,
              .module = module,
              .path = path,
              .parameters = config_.options_of(module, requested ? aliases_ : reason.aliases),
              .command = {},
              .role = requested ? Role::requested : reason.role,
              .whose = requested ? "" : reason.whose,
              .required = requested || reason.required};
    if (requested && !request_.parameters.empty()) {
      if (!step.parameters.empty()) step.parameters += ' ';
      step.parameters += request_.parameters;
    }
    const config::Command* command =
        requested && request_.ignore_commands ? nullptr : config_.install_command(module);
    if (command != nullptr) {
      step.action = Action::install_command;
      step.command = command->text;
    } else if (builtin) {
      step.action = Action::builtin;
    } else if (path.empty() && step.required) {
      return fail(
          ENOENT, module,
          fmt::format("Module {} not found in directory {}", module, database_.directory()));
    } else if (path.empty()) {
      return {};  // a wish for what does not exist
    }
    place_.emplace(module, steps_.size());
    steps_.push_back(std::move(step));
    return {};
  }

  // True if the module has its step already; it is then required if any of its reasons says so.
  bool known(const std::string& module, const Reason& reason) {
    auto at = place_.find(module);
    if (at == place_.end()) return false;
    if (reason.required) steps_[at->second].required = true;
    return true;
  }

  const LoadRequest& request_;
  const config::Config& config_;
  const database::Database& database_;
  std::span<const Loaded> loaded_;
  const database::Module* known_ = nullptr;
  std::vector<std::string> aliases_;  // by which it was asked for
  std::vector<Step> steps_;
  std::unordered_map<std::string, std::size_t> place_;  // of a module's step
  std::unordered_set<std::string> visited_;             // whose trees are in, or coming in
  std::vector<std::string> open_;                       // the modules whose wishes are being added
};

Result<Plan> plan_for(const database::Module& entry, const std::vector<std::string>& aliases,
                      const LoadRequest& request, const config::Config& config,
                      const database::Database& database, std::span<const Loaded> loaded) {
  Plan plan{entry.name, {}, Nothing::no};
  if ((request.blacklist_names || !aliases.empty()) && config.blacklisted(entry.name)) {
    plan.nothing = Nothing::blacklisted;
    return plan;
  }
  if (!request.ignore_loaded) {
    TRY(bool builtin, entry.path.empty() ? database.builtin(entry.name) : Result<bool>(false));
    if (builtin || is_loaded(loaded, entry.name)) {
      plan.nothing = Nothing::already_loaded;
      return plan;
    }
  }
  Loader loader(request, config, database, loaded);
  TRY_OK(loader.add_requested(entry, aliases));
  plan.steps = std::move(loader).steps();
  return plan;
}

}  // namespace

Result<Plan> plan_load(const database::Found& target, const LoadRequest& request,
                       const config::Config& config, const database::Database& database,
                       std::span<const Loaded> loaded) {
  TRY(auto entry, database.module(target.module));
  if (!entry) entry = database::Module{target.module, {}, {}};
  return plan_for(*entry, target.aliases, request, config, database, loaded);
}

Result<Plan> plan_load_file(const std::string& path, const LoadRequest& request,
                            const config::Config& config, const database::Database& database,
                            std::span<const Loaded> loaded) {
  TRY(auto file, module::ModuleFile::open(path));
  TRY(std::string name, file.name());
  TRY(auto entry, database.module(name));
  if (!entry) {
    // Not indexed: the names of what it needs stand in the file itself, what those need in the
    // database.
    entry = database::Module{name, path, {}};
    TRY(auto modinfo, file.modinfo());
    for (std::string_view needed : split(modinfo.first("depends").value_or(""), ",")) {
      auto normal = normalize_name(needed);
      if (!normal) continue;
      TRY(auto dependency, database.module(*normal));
      if (!dependency) continue;
      dependency->dependencies.push_back(dependency->path);
      for (const std::string& one : dependency->dependencies) {
        if (std::ranges::find(entry->dependencies, one) == entry->dependencies.end())
          entry->dependencies.push_back(one);
      }
    }
  }
  entry->path = path;
  return plan_for(*entry, {}, request, config, database, loaded);
}

}  // namespace kmodern::plan
