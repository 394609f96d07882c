// Which steps of a plan wait for which.
#include <unordered_map>

#include "base/text.h"
#include "plan/plan.h"

namespace kmodern::plan {
namespace {

class Edges {
 public:
  explicit Edges(const Plan& plan) : needs_(plan.steps.size()) {
    for (std::size_t i = 0; i < plan.steps.size(); ++i) place_.emplace(plan.steps[i].module, i);
  }

  // The step of `module` waits for that of `other`, if both have one. A circle of wishes, and of
  // dependencies in a damaged index, is open where the plan's order opened it.
  void add(const std::string& module, const std::string& other, bool required) {
    const auto from = place_.find(module);
    const auto to = place_.find(other);
    if (from == place_.end() || to == place_.end() || to->second >= from->second) return;
    needs_[from->second].push_back({to->second, required});
  }

  std::vector<std::vector<Need>> take() && { return std::move(needs_); }

 private:
  std::unordered_map<std::string, std::size_t> place_;  // of a module's step
  std::vector<std::vector<Need>> needs_;
};

}  // namespace

Result<std::vector<std::vector<Need>>> needs(const Plan& plan, const LoadRequest& request,
                                             const config::Config& config,
                                             const database::Database& database) {
  Edges edges(plan);
  for (const Step& step : plan.steps) {
    TRY(auto entry, database.module(step.module));
    if (entry) {
      for (const std::string& path : entry->dependencies) {
        if (auto name = module_name_of_path(path)) edges.add(step.module, *name, true);
      }
    }
    if (step.role == Role::requested && request.ignore_commands) continue;
    const config::Softdep softdeps = config.softdeps_of(step.module);
    for (const std::string& name : softdeps.before) {
      TRY(auto found, database.lookup(config, name));
      for (const database::Found& one : found) edges.add(step.module, one.module, false);
    }
    for (const std::string& name : softdeps.after) {
      TRY(auto found, database.lookup(config, name));
      for (const database::Found& one : found) edges.add(one.module, step.module, false);
    }
  }
  return std::move(edges).take();
}

}  // namespace kmodern::plan
