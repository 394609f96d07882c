#include "kerneld/schedule.h"

#include <algorithm>
#include <cerrno>

namespace kmodern::kerneld {

// A step that is in work, for everybody who wants it.
struct Schedule::Job {
  plan::Step step;
  std::uint64_t number = 0;
  std::size_t waits_for = 0;  // needs that are not done
  struct Dependent {
    JobPointer job;
    bool required;
  };
  std::vector<Dependent> dependents;
  std::vector<std::shared_ptr<Batch>> batches;
  bool finished = false;
  std::optional<Failure> failure;
  std::chrono::microseconds took{0};
};

// What one call of add() waits for.
struct Schedule::Batch {
  struct Part {
    JobPointer job;
    plan::Step step;  // as this plan has it
    bool joined;
  };
  std::vector<Part> parts;
  std::size_t waits_for = 0;
  Done done;
};

bool Schedule::Later::operator()(const JobPointer& left, const JobPointer& right) const {
  return left->number > right->number;
}

Schedule::Schedule(unsigned workers, Run run) : run_(std::move(run)) { set_workers(workers); }

void Schedule::set_workers(unsigned workers) {
  std::lock_guard lock(mutex_);
  at_work_ = std::max(1u, workers);
  for (auto worker = static_cast<unsigned>(workers_.size()); worker < at_work_; ++worker)
    workers_.emplace_back([this, worker](const std::stop_token& stop) { work(stop, worker); });
  awake_.notify_all();
  wake_.notify_all();
}

Schedule::~Schedule() {
  for (std::jthread& worker : workers_) worker.request_stop();
  workers_.clear();
  // Nothing runs any more: what is left was not begun.
  while (!in_flight_.empty()) {
    JobPointer job = in_flight_.begin()->second;
    for (const auto& [module, other] : in_flight_) {
      if (other->number < job->number) job = other;
    }
    job->failure = Failure{
        fail(ECANCELED, job->step.module, "the loader is being shut down").error(), job->step};
    announce(finish(job));
  }
}

Schedule::Planning::Planning(Schedule& schedule) : schedule_(schedule), turn_(schedule.turn_) {
  std::lock_guard lock(schedule.mutex_);
  schedule.planning_ = true;
}

void Schedule::Planning::end() {
  if (!turn_.owns_lock()) return;
  std::lock_guard lock(schedule_.mutex_);
  schedule_.planning_ = false;
  schedule_.recent_.clear();
  turn_.unlock();
}

// The job of a step: that in flight, or one that was finished since planning began, or a new one.
Schedule::JobPointer Schedule::job_for(const plan::Step& step, bool& joined) {
  joined = true;
  if (auto at = in_flight_.find(step.module); at != in_flight_.end()) return at->second;
  if (auto at = recent_.find(step.module); at != recent_.end()) return at->second;
  joined = false;
  auto job = std::make_shared<Job>();
  job->step = step;
  job->number = next_++;
  in_flight_.emplace(step.module, job);
  return job;
}

void Schedule::add(Planning& planning, const std::vector<Graph>& graphs, Done done) {
  auto batch = std::make_shared<Batch>();
  batch->done = std::move(done);
  bool nothing_left = false;
  {
    std::lock_guard lock(mutex_);
    for (const Graph& graph : graphs) {
      const std::size_t first = batch->parts.size();
      for (std::size_t i = 0; i < graph.plan.steps.size(); ++i) {
        bool joined = false;
        JobPointer job = job_for(graph.plan.steps[i], joined);
        batch->parts.push_back({job, graph.plan.steps[i], joined});
        if (!job->finished) {
          ++batch->waits_for;
          job->batches.push_back(batch);
        }
        if (joined) continue;
        for (const plan::Need& need : graph.needs[i]) {
          const JobPointer& needed = batch->parts[first + need.step].job;
          if (!needed->finished) {
            needed->dependents.push_back({job, need.required});
            ++job->waits_for;
          } else if (needed->failure && need.required && !job->failure) {
            job->failure = needed->failure;
          }
        }
        if (job->waits_for == 0) make_ready(job);
      }
    }
    nothing_left = batch->waits_for == 0;
  }
  planning.end();
  if (nothing_left) announce({batch});
}

// One sleeper for one job: to wake all of them would cost more than to load it.
void Schedule::make_ready(const JobPointer& job) {
  ready_.push(job);
  wake_.notify_one();
}

// False if it is to stop.
bool Schedule::wait_for_job(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
                            unsigned worker) {
  auto rests = [&] { return worker >= at_work_; };
  while (true) {
    awake_.wait(lock, stop, [&] { return !rests(); });
    wake_.wait(lock, stop, [&] { return !ready_.empty() || rests(); });
    if (stop.stop_requested()) return false;
    if (!rests()) return true;
    wake_.notify_one();  // it may have been woken for a job, which is another one's now
  }
}

void Schedule::work(const std::stop_token& stop, unsigned worker) {
  std::unique_lock lock(mutex_);
  while (wait_for_job(lock, stop, worker)) {
    JobPointer job = ready_.top();
    ready_.pop();
    if (!job->failure) {  // else what it needs has failed
      lock.unlock();
      const auto begun = std::chrono::steady_clock::now();
      auto result = run_(job->step, worker);
      const auto took = std::chrono::steady_clock::now() - begun;
      lock.lock();
      job->took = std::chrono::duration_cast<std::chrono::microseconds>(took);
      if (!result) job->failure = Failure{std::move(result).error(), job->step};
    }
    auto complete = finish(job);
    lock.unlock();
    announce(complete);
    lock.lock();
  }
}

std::vector<std::shared_ptr<Schedule::Batch>> Schedule::finish(const JobPointer& job) {
  std::vector<std::shared_ptr<Batch>> complete;
  job->finished = true;
  in_flight_.erase(job->step.module);
  if (planning_) recent_.insert_or_assign(job->step.module, job);
  for (const Job::Dependent& dependent : job->dependents) {
    if (dependent.required && job->failure && !dependent.job->failure)
      dependent.job->failure = job->failure;
    if (--dependent.job->waits_for == 0) make_ready(dependent.job);
  }
  job->dependents.clear();
  for (std::shared_ptr<Batch>& batch : job->batches) {
    if (--batch->waits_for == 0) complete.push_back(std::move(batch));
  }
  job->batches.clear();
  return complete;
}

void Schedule::announce(const std::vector<std::shared_ptr<Batch>>& batches) {
  for (const std::shared_ptr<Batch>& batch : batches) {
    std::vector<StepReport> reports;
    reports.reserve(batch->parts.size());
    for (const Batch::Part& part : batch->parts)
      reports.push_back({part.step, part.job->failure, part.job->took, part.joined});
    batch->done(std::move(reports));
  }
}

}  // namespace kmodern::kerneld
