#include "ukernel/request/requests.h"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "base/text.h"
#include "ukernel/module.h"
#include "ukernel/request/asker.h"
#include "ukernel/request/waiting.h"

namespace kmodern::ukernel {

namespace {

using std::chrono::steady_clock;

}  // namespace

// What becomes of a program, told to the job that it runs for.
class Requests::Run final : public HelperEvents {
 public:
  Run(Requests& requests, std::shared_ptr<Job> job) : requests_(requests), job_(std::move(job)) {}

  void started() override {
    const Lock lock(requests_.mutex_);
    job_->ran = true;
    job_->state = Job::State::running;
    job_->changed.notify_all();
  }
  void ended(int status, const std::string& remark) override {
    if (!remark.empty()) requests_.warn(requests_.remarks_, "request_module: " + remark);
    requests_.program_ended(job_, status);
  }

 private:
  Requests& requests_;
  std::shared_ptr<Job> job_;
};

Requests::Requests(const Settings& settings, Log& log, RequestLimits limits)
    : settings_(settings),
      log_(log),
      limits_(limits),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Requests::~Requests() {
  if (stop_) ::eventfd_write(stop_.get(), 1);
  Lock lock(mutex_);
  ending_ = true;
  program_gone_.wait(lock, [&] { return threads_ == 0; });
}

Result<std::shared_ptr<Channel>> Requests::open_channel(std::function<void()> hang_up) {
  const Lock lock(mutex_);
  if (channel_ && !channel_->closed())
    return fail(EBUSY, "requests", "another daemon takes this kernel's requests", "end it first");
  channel_ = std::make_shared<Channel>(std::move(hang_up), limits_.unread);
  return channel_;
}

void Requests::close(Channel& channel) {
  channel.close();
  const Lock lock(mutex_);
  if (channel_.get() == &channel) channel_ = nullptr;
}

// The checks and their order: __request_module().
int Requests::request(const core::Wanted& wanted) {
  if (settings_.modprobe().empty()) return -ENOENT;
  if (wanted.name.size() >= name_limit) return -ENAMETOOLONG;
  if (!channel()) return run_for(wanted);
  if (!wanted.waits) return go_on_alone(wanted);
  if (auto answer = ask_daemon(wanted)) return *answer;
  return run_for(wanted);
}

// The channel that requests are to go to; null: none.
std::shared_ptr<Channel> Requests::channel() {
  if (settings_.module_loader() != Settings::Loader::kerneld) return nullptr;
  const Lock lock(mutex_);
  return channel_;
}

std::optional<int> Requests::ask_daemon(const core::Wanted& wanted) {
  const auto to = channel();
  if (!to) return std::nullopt;
  auto answer = to->ask({.name = wanted.name,
                         .cause = wanted.cause,
                         .waits = wanted.waits,
                         .asker = read_asker(wanted.pid, wanted.comm)},
                        settings_.modprobe_timeout(), wanted.gone);
  if (!answer)
    warn(unanswered_, fmt::format("request_module: the daemon did not answer for module {}, {} "
                                  "gets it",
                                  wanted.name, settings_.modprobe()));
  return answer;
}

// For whom does not wait: the daemon is asked, and if need be the program run, by a thread of ours.
int Requests::go_on_alone(core::Wanted wanted) {
  wanted.gone = [this] {
    const Lock lock(mutex_);
    return ending_;
  };
  {
    const Lock lock(mutex_);
    ++threads_;
  }
  const auto leave = [this] {
    const Lock lock(mutex_);
    --threads_;
    program_gone_.notify_all();
  };
  try {
    std::thread([this, leave, wanted = std::move(wanted)] {
      if (!ask_daemon(wanted)) run_for(wanted);
      leave();
    }).detach();
  } catch (const std::system_error&) {
    leave();
    return -ENOMEM;
  }
  return 0;
}

int Requests::run_for(const core::Wanted& wanted) {
  auto job = join(wanted);
  Lock lock(mutex_);
  const int result = attend(lock, job, wanted);
  leave(job);
  return result;
}

std::shared_ptr<Job> Requests::join(const core::Wanted& wanted) {
  Lock lock(mutex_);
  if (auto found = jobs_.find(wanted.name); found != jobs_.end()) {
    ++found->second->waiting;
    return found->second;
  }
  auto job = std::make_shared<Job>();
  job->waiting = 1;
  job->name = wanted.name;
  jobs_.emplace(wanted.name, job);
  return job;
}

// Waits for the job's end, or only for its begin. Among those that wait, the first that looks
// starts the program.
int Requests::attend(Lock& lock, const std::shared_ptr<Job>& job, const core::Wanted& wanted) {
  while (job->state != Job::State::done) {
    if (!wanted.waits && job->state == Job::State::running) return 0;
    if (job->state == Job::State::wanted) {
      if (const int error = start_program(lock, job, wanted.gone); error != 0) return error;
      continue;
    }
    const bool gone = wait_a_moment(lock, job->changed, wanted.gone);
    if (gone && job->state != Job::State::done) return interrupted;
  }
  return wanted.waits || !job->ran ? job->status : 0;
}

// 0: it is on its way, or the job has ended without. -ERESTARTSYS: another must do it.
int Requests::start_program(Lock& lock, const std::shared_ptr<Job>& job, const Gone& gone) {
  job->state = Job::State::starting;
  if (!run_helper_) return finish(*job, -EBUSY), 0;
  if (const int error = take_slot(lock, job->name, gone); error == interrupted) {
    job->state = Job::State::wanted;
    job->changed.notify_all();
    return error;
  } else if (error != 0) {
    return finish(*job, error), 0;
  }
  ++threads_;
  try {
    std::thread([this, job] { run_program(job); }).detach();
  } catch (const std::system_error&) {
    --threads_;
    --programs_;
    finish(*job, -ENOMEM);
  }
  return 0;
}

// Waits until fewer programs run than may.
int Requests::take_slot(Lock& lock, const std::string& name, const Gone& gone) {
  if (programs_ >= limits_.programs) {
    if (throttled_.permits(steady_clock::now()))
      log_.write(level::warning,
                 fmt::format("request_module: kmod_concurrent_max ({}) close to 0 (max_modprobes: "
                             "{}), for module {}, throttling...",
                             limits_.programs - programs_, limits_.programs, name));
    const auto deadline = steady_clock::now() + limits_.patience;
    while (programs_ >= limits_.programs) {
      if (steady_clock::now() >= deadline) {
        if (too_busy_.permits(steady_clock::now()))
          log_.write(level::warning,
                     fmt::format("request_module: modprobe {} cannot be processed, kmod busy with "
                                 "{} threads for more than {} seconds now",
                                 name, limits_.programs, limits_.patience.count()));
        return -ETIME;
      }
      if (!wait_a_moment(lock, program_gone_, gone)) continue;
      if (killed_.permits(steady_clock::now()))
        log_.write(level::warning,
                   fmt::format("request_module: sigkill sent for modprobe {}, giving up", name));
      return interrupted;
    }
  }
  ++programs_;
  return 0;
}

HelperCommand Requests::command_for(const std::string& name) const {
  HelperCommand command;
  command.arguments = {settings_.modprobe()};
  const std::string options = settings_.modprobe_options();
  for (std::string_view word : split(options)) command.arguments.emplace_back(word);
  command.arguments.push_back(name);
  command.limit = settings_.modprobe_timeout();
  command.environment = {"HOME=/", "TERM=linux", "PATH=/sbin:/usr/sbin:/bin:/usr/bin"};
  command.stop = stop_.get();
  return command;
}

void Requests::run_program(const std::shared_ptr<Job>& job) {
  Run run(*this, job);
  run_helper_(command_for(job->name), run);
  const Lock lock(mutex_);
  --threads_;
  program_gone_.notify_all();
}

void Requests::program_ended(const std::shared_ptr<Job>& job, int status) {
  const Lock lock(mutex_);
  --programs_;
  program_gone_.notify_all();
  finish(*job, status);
}

// From now on the name is asked for anew.
void Requests::finish(Job& job, int status) {
  job.status = status;
  job.state = Job::State::done;
  jobs_.erase(job.name);
  job.changed.notify_all();
}

// What nobody has started and nobody waits for is nobody's wish any more.
void Requests::leave(const std::shared_ptr<Job>& job) {
  if (--job->waiting == 0 && job->state == Job::State::wanted) jobs_.erase(job->name);
}

void Requests::warn(RateLimit& limit, const std::string& text) {
  const Lock lock(mutex_);
  if (limit.permits(steady_clock::now())) log_.write(level::warning, text);
}

}  // namespace kmodern::ukernel
