// A kernel whose modules take their time: what engines are tried on.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/text.h"
#include "kernel/kernel.h"

namespace kmodern::testing {

// The state that all connections share.
struct SleepyState {
  std::mutex mutex;
  std::set<std::string> live;
  std::vector<std::string> order;                         // in which inits began
  std::map<std::string, int> inits;                       // how often each ran
  std::map<std::string, int> failing;                     // module -> errno of its init
  std::map<std::string, std::vector<std::string>> needs;  // what has to be live before
  std::vector<std::string> too_early;                     // modules whose needs were not
  bool strict = false;                                    // they fail with ENOENT then
  std::set<std::string> going;                            // modules whose exit runs
  int looks_at_going = 0;                                 // how often somebody saw one of them
  std::set<std::string> on_demand;                        // modules that were loaded so
  std::size_t running = 0, most_running = 0;
  std::function<void(const std::string& module)> before;  // before a load; without the mutex
  std::function<void(const std::string& module)> init;    // runs without the mutex

  void set_init(std::function<void(const std::string&)> run) { init = std::move(run); }
};

class SleepyKernel final : public kernel::Kernel {
 public:
  explicit SleepyKernel(std::shared_ptr<SleepyState> state) : state_(std::move(state)) {}

  std::string describe() const override { return "sleepy"; }
  Result<std::string> release() override { return std::string("6.1.0-test"); }
  Result<void> load(const std::string& path, const kernel::LoadOptions& options) override {
    const std::string module = module_name_of_path(path).value();
    int code = 0;
    if (state_->before) state_->before(module);
    {
      std::lock_guard lock(state_->mutex);
      if (state_->live.contains(module)) return fail(EEXIST, module, "is loaded");
      if (state_->going.contains(module)) return fail(EBUSY, module, "is being removed");
      if (options.on_demand) state_->on_demand.insert(module);
      state_->order.push_back(module);
      ++state_->inits[module];
      for (const std::string& needed : state_->needs[module]) {
        if (state_->live.contains(needed)) continue;
        if (state_->strict) return fail(ENOENT, module, "Unknown symbol");
        state_->too_early.push_back(module);
      }
      state_->most_running = std::max(state_->most_running, ++state_->running);
    }
    if (state_->init) state_->init(module);
    std::lock_guard lock(state_->mutex);
    --state_->running;
    if (auto at = state_->failing.find(module); at != state_->failing.end()) code = at->second;
    if (code != 0) return fail(code, module, "init failed");
    state_->live.insert(module);
    return {};
  }
  Result<void> unload(const std::string& name, const kernel::UnloadOptions&) override {
    std::lock_guard lock(state_->mutex);
    if (state_->live.erase(name) == 0) return fail(ENOENT, name, "is not loaded");
    return {};
  }
  Result<std::vector<kernel::LoadedModule>> modules() override {
    std::lock_guard lock(state_->mutex);
    std::vector<kernel::LoadedModule> all;
    for (const std::string& name : state_->live) all.push_back({.name = name});
    for (const std::string& name : state_->going)
      all.push_back({.name = name, .state = kernel::State::going});
    return all;
  }
  Result<std::optional<kernel::LoadedModule>> module(const std::string& name) override {
    std::lock_guard lock(state_->mutex);
    if (state_->going.contains(name)) {
      ++state_->looks_at_going;
      return kernel::LoadedModule{.name = name, .state = kernel::State::going};
    }
    if (!state_->live.contains(name)) return std::nullopt;
    return kernel::LoadedModule{.name = name};
  }
  Result<bool> builtin(const std::string&) override { return false; }
  Result<std::uint64_t> tainted() override { return 0; }

 private:
  std::shared_ptr<SleepyState> state_;
};

// A tree of `count` modules m0, m1...: each needs up to three of the forty before it.
struct ModuleForest {
  std::vector<std::pair<std::string, std::string>> lines;  // as ModuleDirectory takes them
  std::map<std::string, std::vector<std::string>> needs;   // all, also in turn

  explicit ModuleForest(unsigned count) {
    std::uint64_t random = 42;
    auto next = [&random](std::uint64_t below) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      return (random >> 33) % below;
    };
    std::vector<std::set<unsigned>> all(count);
    for (unsigned i = 0; i < count; ++i) {
      for (std::uint64_t n = i == 0 ? 0 : next(4); n > 0; --n) {
        const auto other = static_cast<unsigned>(i - 1 - next(std::min(i, 40u)));
        all[i].insert(other);
        all[i].insert(all[other].begin(), all[other].end());
      }
      std::string line;
      const std::string name = "m" + std::to_string(i);
      // What is loaded first stands last; a smaller number is always before.
      for (auto at = all[i].rbegin(); at != all[i].rend(); ++at) {
        line += " m" + std::to_string(*at);
        needs[name].push_back("m" + std::to_string(*at));
      }
      lines.emplace_back(name, line);
    }
  }
};

}  // namespace kmodern::testing
