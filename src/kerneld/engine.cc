#include "kerneld/engine.h"

#include <algorithm>
#include <cerrno>
#include <future>
#include <thread>

namespace kmodern::kerneld {
namespace {

constexpr std::size_t most_unknown = 4096;    // names remembered; then all are forgotten
constexpr std::size_t longest_unknown = 256;  // bytes of a name that is worth it
constexpr unsigned most_attempts = 4;         // at one request
constexpr auto longest_leave = std::chrono::seconds(10);

// What became of the request, from its steps.
void judge(Answer& answer) {
  for (const StepReport& report : answer.steps) {
    if (report.failure && report.step.required) {
      answer.failure = report.failure;
      answer.verdict = Verdict::failed;
      return;
    }
  }
  answer.verdict = Verdict::loaded;
}

// True if there is a step for a module that had none before: it was live, and has left.
bool goes_beyond(const std::vector<Graph>& graphs, const std::vector<StepReport>& former) {
  return std::ranges::any_of(graphs, [&](const Graph& graph) {
    return std::ranges::any_of(graph.plan.steps, [&](const plan::Step& step) {
      return std::ranges::none_of(
          former, [&](const StepReport& report) { return report.step.module == step.module; });
    });
  });
}

}  // namespace

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::loaded:
      return "loaded";
    case Verdict::already_loaded:
      return "already loaded";
    case Verdict::unknown:
      return "unknown";
    case Verdict::blacklisted:
      return "blacklisted";
    case Verdict::failed:
      return "failed";
    case Verdict::denied:
      return "denied";
  }
  return "?";
}

Engine::Engine(EngineOptions options) : options_(std::move(options)), watch_(options_.directory) {
  if (auto announce = options_.execute.announce) {
    options_.execute.announce = [this, announce](const plan::Step& step) {
      std::lock_guard lock(announce_);
      announce(step);
    };
  }
}

Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::create(EngineOptions options) {
  std::unique_ptr<Engine> engine(new Engine(std::move(options)));
  const unsigned workers = std::max(1u, engine->options_.workers);
  TRY(engine->kernel_, engine->options_.connect());
  TRY_OK(engine->connect(workers));
  engine->reload();
  engine->schedule_ = std::make_unique<Schedule>(
      workers, [engine = engine.get()](const plan::Step& step, unsigned worker) {
        return engine->carry_out(step, worker);
      });
  return engine;
}

// Connections for so many workers, where there are fewer.
Result<void> Engine::connect(unsigned workers) {
  std::lock_guard lock(mutex_);
  while (kernels_.size() < workers) {
    TRY(auto kernel, options_.connect());
    kernels_.push_back(std::move(kernel));
  }
  return {};
}

kernel::Kernel& Engine::kernel_of(unsigned worker) {
  std::lock_guard lock(mutex_);
  return *kernels_[worker];
}

Result<void> Engine::set_workers(unsigned workers) {
  workers = std::max(1u, workers);
  TRY_OK(connect(workers));
  schedule_->set_workers(workers);
  return {};
}

void Engine::reload() {
  auto fresh = std::make_shared<Sources>(options_.directory);
  fresh->config = options_.configure(fresh->database);
  std::lock_guard lock(mutex_);
  sources_ = std::move(fresh);
  unknown_.clear();
}

// The sources as they are now.
std::shared_ptr<const Engine::Sources> Engine::sources() {
  {
    std::lock_guard lock(mutex_);
    if (!watch_.changed()) return sources_;
  }
  reload();
  std::lock_guard lock(mutex_);
  return sources_;
}

bool Engine::answered_otherwise(const std::string& wanted, Done& done) {
  {
    std::lock_guard lock(mutex_);
    if (auto at = asked_.find(wanted); at != asked_.end()) {
      at->second.push_back(std::move(done));
      return true;
    }
    if (!unknown_.contains(wanted)) {
      asked_.emplace(wanted, std::vector<Done>{std::move(done)});
      return false;
    }
  }
  Answer answer;
  answer.wanted = wanted;
  answer.verdict = Verdict::unknown;
  done(answer);
  return true;
}

void Engine::ask(const std::string& wanted, std::function<void(const Answer&)> done) {
  const auto now = sources();
  if (answered_otherwise(wanted, done)) return;

  attempt(wanted, now, {});
}

// `former` is the answer of an attempt that has failed. If that was for a module which it took for
// live, and which left before it was used, the plan is now another one; else the failure is real.
void Engine::attempt(const std::string& wanted, const std::shared_ptr<const Sources>& by,
                     std::optional<Answer> former) {
  Answer answer;
  answer.wanted = wanted;
  answer.attempts = former ? former->attempts + 1 : 1;
  Schedule::Planning planning(*schedule_);
  auto graphs = plan(wanted, *by, answer);
  if (former && (!graphs || !goes_beyond(*graphs, former->steps))) {
    planning.end();
    return finish(std::move(*former), *by);
  }
  if (!graphs) {
    answer.verdict = Verdict::failed;
    answer.failure = Failure{graphs.error(), {}};
  }
  if (!graphs || graphs->empty()) {
    planning.end();
    return finish(std::move(answer), *by);
  }
  schedule_->add(planning, *graphs,
                 [this, by, answer = std::move(answer)](std::vector<StepReport> steps) mutable {
                   answer.steps = std::move(steps);
                   judge(answer);
                   if (answer.verdict != Verdict::failed || answer.attempts >= most_attempts)
                     return finish(std::move(answer), *by);
                   const std::string again = answer.wanted;
                   attempt(again, by, std::move(answer));
                 });
}

Result<std::vector<std::string>> Engine::modules_of(const std::string& wanted) {
  const auto now = sources();
  {
    std::lock_guard lock(mutex_);
    if (unknown_.contains(wanted)) return std::vector<std::string>{};
  }
  TRY(auto found, now->database.lookup(now->config, wanted));
  std::vector<std::string> modules;
  for (database::Found& one : found) modules.push_back(std::move(one.module));
  return modules;
}

// The plans with steps; where there is none, the answer's verdict says why.
Result<std::vector<Graph>> Engine::plan(const std::string& wanted, const Sources& sources,
                                        Answer& answer) {
  std::vector<Graph> graphs;
  TRY(auto found, sources.database.lookup(sources.config, wanted));
  answer.verdict = found.empty() ? Verdict::unknown : Verdict::already_loaded;
  std::vector<const database::Found*> missing;
  for (const database::Found& target : found) {
    answer.modules.push_back(target.module);
    TRY(auto present, kernel_->module(target.module));
    if (!present || present->state != kernel::State::live) missing.push_back(&target);
  }
  if (missing.empty()) return graphs;
  TRY(auto loaded, live_modules());
  for (const database::Found* target : missing) {
    TRY(auto plan,
        plan::plan_load(*target, options_.request, sources.config, sources.database, loaded));
    if (plan.nothing == plan::Nothing::blacklisted) answer.verdict = Verdict::blacklisted;
    if (plan.steps.empty()) continue;
    TRY(auto needs, plan::needs(plan, options_.request, sources.config, sources.database));
    graphs.push_back({std::move(plan), std::move(needs)});
  }
  return graphs;
}

// What is on its way in or out is not there: its step waits for it, or for its end.
Result<std::vector<plan::Loaded>> Engine::live_modules() {
  TRY(auto modules, kernel_->modules());
  std::vector<plan::Loaded> loaded;
  for (kernel::LoadedModule& module : modules) {
    if (module.state == kernel::State::live) {
      loaded.push_back({std::move(module.name), module.refcnt, std::move(module.holders)});
    } else if (module.state == kernel::State::going) {
      std::lock_guard lock(mutex_);
      leaving_.insert(std::move(module.name));
    }
  }
  return loaded;
}

// What was seen to leave is loaded when it has left: until then the kernel refuses it.
void Engine::let_leave(kernel::Kernel& kernel, const std::string& module) {
  {
    std::lock_guard lock(mutex_);
    if (leaving_.erase(module) == 0) return;
  }
  const auto deadline = std::chrono::steady_clock::now() + longest_leave;
  for (std::chrono::milliseconds pause(1); std::chrono::steady_clock::now() < deadline;) {
    const auto now = kernel.module(module);
    if (!now || !*now || (*now)->state != kernel::State::going) return;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(50));
  }
}

Result<void> Engine::carry_out(const plan::Step& step, unsigned worker) {
  plan::Plan one;
  one.module = step.module;
  one.steps = {step};
  one.steps.front().required = true;  // whether it matters is for each request to say
  kernel::Kernel& kernel = kernel_of(worker);
  let_leave(kernel, step.module);
  kernel::ExecuteOptions options = options_.execute;
  options.on_demand = options_.may_go && options_.may_go(step.module);
  auto outcome = kernel::execute(kernel, one, options);
  if (outcome.failure) return std::unexpected(std::move(outcome.failure->error));
  return {};
}

void Engine::finish(Answer answer, const Sources& planned_by) {
  std::vector<Done> waiting;
  {
    std::lock_guard lock(mutex_);
    if (auto at = asked_.find(answer.wanted); at != asked_.end()) {
      waiting = std::move(at->second);
      asked_.erase(at);
    }
    if (answer.verdict == Verdict::unknown && &planned_by == sources_.get() &&
        answer.wanted.size() <= longest_unknown) {
      if (unknown_.size() >= most_unknown) unknown_.clear();
      unknown_.insert(answer.wanted);
    }
  }
  for (const Done& done : waiting) {
    done(answer);
    answer.joined = true;
  }
}

Answer Engine::request(const std::string& wanted) {
  // Shared: the worker may still be inside of set_value() when get() has returned.
  auto promise = std::make_shared<std::promise<Answer>>();
  auto answer = promise->get_future();
  ask(wanted, [promise](const Answer& given) { promise->set_value(given); });
  return answer.get();
}

}  // namespace kmodern::kerneld
