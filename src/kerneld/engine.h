// The loading engine: from a requested name to the answer. Requests that are equal or overlap share
// their work; modules load in the order of their dependencies, several at once; a name that leads
// nowhere is remembered until the indexes change.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "config/config.h"
#include "database/database.h"
#include "kernel/execute.h"
#include "kernel/kernel.h"
#include "kerneld/schedule.h"
#include "kerneld/watch.h"
#include "plan/plan.h"

namespace kmodern::kerneld {

enum class Verdict {
  loaded,          // it is live; something was loaded for it, or its install command ran
  already_loaded,  // it was live, or is part of the kernel
  unknown,         // no module, alias or built-in code has that name
  blacklisted,     // the configuration forbids it
  failed,          // see Answer::failure
  denied,          // by the policy; the engine was not asked
};
inline constexpr std::array verdicts = {Verdict::loaded,  Verdict::already_loaded,
                                        Verdict::unknown, Verdict::blacklisted,
                                        Verdict::failed,  Verdict::denied};
std::string_view name(Verdict verdict);  // "loaded", "already loaded", "unknown", ...

// The answer to one request.
struct Answer {
  std::string wanted;
  Verdict verdict = Verdict::failed;
  // Why it failed: the error, and the step that it happened to, which may be a dependency's. The
  // step is empty where no plan could be made.
  std::optional<Failure> failure;
  std::vector<std::string> modules;  // that the name led to
  std::vector<StepReport> steps;     // all that was done for it, also what was only wished for
  bool joined = false;               // a request for the same name was in work already
  unsigned attempts = 1;             // more than one where modules left that it relied on
};

struct EngineOptions {
  std::string directory;  // ROOT/lib/modules/RELEASE
  // Reads the configuration; called at the start and by reload(), with the database's own files.
  std::function<config::Config(const database::Database&)> configure;
  // A connection to the kernel; called once for each worker and once more, as calls on one are made
  // one at a time.
  std::function<Result<std::unique_ptr<kernel::Kernel>>()> connect;
  unsigned workers = 1;  // modules that load at once; with 1 the order is that of modprobe
  // Which modules may be taken away when they are idle; empty: none. Called by all workers.
  std::function<bool(const std::string& module)> may_go;
  plan::LoadRequest request{};
  kernel::ExecuteOptions execute{};  // `announce` is called by one worker at a time
};

// All of it may be used by several threads at once.
class Engine {
 public:
  // Errors: those of `connect`.
  static Result<std::unique_ptr<Engine>> create(EngineOptions options);
  // Requests that are not answered yet are, with ECANCELED for what was not begun.
  ~Engine();

  // `done` is called once: from this thread if nothing has to be loaded, else from a worker. It may
  // ask again, but must not wait for an answer.
  void ask(const std::string& wanted, std::function<void(const Answer&)> done);

  // The same, and waits.
  Answer request(const std::string& wanted);

  // The modules that a name leads to, by indexes that are in memory; nothing is loaded.
  Result<std::vector<std::string>> modules_of(const std::string& wanted);

  // From now on so many modules load at once; those that do so now go on. Errors: those of
  // `connect`, with which it stays as it was.
  Result<void> set_workers(unsigned workers);

  // Reads configuration and indexes anew; requests that are planned already go on as they were.
  void reload();

 private:
  using Done = std::function<void(const Answer&)>;
  // What a request is planned by; shared, so that reload() disturbs none that is being planned.
  struct Sources {
    explicit Sources(std::string directory) : database(std::move(directory)) {}
    database::Database database;
    config::Config config;
  };

  explicit Engine(EngineOptions options);
  // True if it joined a request for the same name, or is answered by memory.
  bool answered_otherwise(const std::string& wanted, Done& done);
  void attempt(const std::string& wanted, const std::shared_ptr<const Sources>& by,
               std::optional<Answer> former);
  Result<std::vector<Graph>> plan(const std::string& wanted, const Sources& sources,
                                  Answer& answer);
  Result<std::vector<plan::Loaded>> live_modules();
  Result<void> connect(unsigned workers);
  kernel::Kernel& kernel_of(unsigned worker);
  Result<void> carry_out(const plan::Step& step, unsigned worker);
  void let_leave(kernel::Kernel& kernel, const std::string& module);
  void finish(Answer answer, const Sources& planned_by);
  std::shared_ptr<const Sources> sources();

  EngineOptions options_;
  std::mutex announce_;
  std::unique_ptr<kernel::Kernel> kernel_;  // of planning

  std::mutex mutex_;                                      // of what follows
  std::vector<std::unique_ptr<kernel::Kernel>> kernels_;  // of the workers, one for each
  IndexWatch watch_;
  std::shared_ptr<const Sources> sources_;
  std::unordered_set<std::string> unknown_;
  std::unordered_map<std::string, std::vector<Done>> asked_;  // names in work: who waits
  std::unordered_set<std::string> leaving_;  // modules that were going when a plan was made

  std::unique_ptr<Schedule> schedule_;  // last: its workers use all of the above
};

}  // namespace kmodern::kerneld
