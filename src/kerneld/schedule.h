// Carries steps out in the order of their needs and without barriers: a step starts when what it
// waits for is done, up to a number at once. Steps of one module that several plans hold are one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "kernel/execute.h"
#include "plan/plan.h"

namespace kmodern::kerneld {

using Failure = kernel::Outcome::Failure;

// What became of one step.
struct StepReport {
  plan::Step step;
  // Its own failure, or that of the step that it needed: the real cause.
  std::optional<Failure> failure;
  std::chrono::microseconds took{0};  // 0 if it was not begun
  bool joined = false;                // another request had it in work already
};

// A plan with what its steps wait for.
struct Graph {
  plan::Plan plan;
  std::vector<std::vector<plan::Need>> needs;
};

class Schedule {
 public:
  // Carries one step out; called from `worker`, one of the first of so many as there are, each of
  // which does one thing at a time.
  using Run = std::function<Result<void>(const plan::Step& step, unsigned worker)>;
  using Done = std::function<void(std::vector<StepReport>)>;

  Schedule(unsigned workers, Run run);
  // Waits for the steps that are running; those that are not begun fail with ECANCELED.
  ~Schedule();
  // From now on so many are at work; one that is done with nothing more to do stays, and rests.
  void set_workers(unsigned workers);
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;

  // Held from before the kernel's modules are listed until add(): what is finished in between is
  // not in that list, and yet must not be done again. One at a time: others wait here.
  class Planning {
   public:
    explicit Planning(Schedule& schedule);
    ~Planning() { end(); }
    void end();

   private:
    Schedule& schedule_;
    std::unique_lock<std::mutex> turn_;
  };

  // Ends `planning`. `done` gets a report for each step, in the order of the plans; it is called
  // from a worker, or at once where nothing is left to do. With one worker the steps are carried
  // out in the order in which they were added.
  void add(Planning& planning, const std::vector<Graph>& graphs, Done done);

 private:
  struct Job;
  struct Batch;
  using JobPointer = std::shared_ptr<Job>;
  struct Later {
    bool operator()(const JobPointer& left, const JobPointer& right) const;
  };

  JobPointer job_for(const plan::Step& step, bool& joined);
  void make_ready(const JobPointer& job);
  void work(const std::stop_token& stop, unsigned worker);
  bool wait_for_job(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
                    unsigned worker);
  // Marks it as done with all that fails with it; the batches that are complete then.
  std::vector<std::shared_ptr<Batch>> finish(const JobPointer& job);
  static void announce(const std::vector<std::shared_ptr<Batch>>& batches);

  Run run_;
  std::mutex turn_;  // of planning
  std::mutex mutex_;
  std::condition_variable_any wake_;   // there is something to do, or fewer are to do it
  std::condition_variable_any awake_;  // more are to do it
  // All below: under mutex_.
  std::unordered_map<std::string, JobPointer> in_flight_;  // by module
  std::unordered_map<std::string, JobPointer> recent_;     // finished while one was planning
  bool planning_ = false;
  std::priority_queue<JobPointer, std::vector<JobPointer>, Later> ready_;
  std::uint64_t next_ = 0;  // number of the next job
  unsigned at_work_ = 0;    // workers of this number and greater ones rest
  std::vector<std::jthread> workers_;
};

}  // namespace kmodern::kerneld
