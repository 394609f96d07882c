// request_module(): the kernel asks for a module that it lacks, and waits until whoever loads it
// has done so. Source: kernel/kmod.c.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/file.h"
#include "ukernel/core/core.h"
#include "ukernel/log.h"
#include "ukernel/request/channel.h"
#include "ukernel/request/helper.h"
#include "ukernel/request/job.h"
#include "ukernel/request/rate_limit.h"
#include "ukernel/settings.h"

namespace kmodern::ukernel {

struct RequestLimits {
  int programs = 50;                       // at once: MAX_KMOD_CONCURRENT
  std::chrono::milliseconds unread{5000};  // of a request on the channel
  std::chrono::seconds patience{5};  // of who waits that there are fewer: MAX_KMOD_ALL_BUSY_TIMEOUT
};

// Any thread may call.
class Requests {
 public:
  // They outlive it.
  Requests(const Settings& settings, Log& log, RequestLimits limits = {});
  // Ends the programs that run, and waits for their end.
  ~Requests();
  Requests(const Requests&) = delete;

  // How programs are run; before that none can be (EBUSY). Once, before the first request.
  void run_helpers_by(RunHelper run) { run_helper_ = std::move(run); }

  // A daemon comes to take and answer them. See Channel. Errors: EBUSY while another is there.
  Result<std::shared_ptr<Channel>> open_channel(std::function<void()> hang_up);
  // It goes; what it had not answered goes to the program.
  void close(Channel& channel);

  // See Host::request_module. Who asks for a name that is being loaded waits for that.
  int request(const core::Wanted& wanted);

 private:
  using Lock = std::unique_lock<std::mutex>;
  using Gone = std::function<bool()>;
  class Run;

  std::optional<int> ask_daemon(const core::Wanted& wanted);
  int run_for(const core::Wanted& wanted);
  int go_on_alone(core::Wanted wanted);
  std::shared_ptr<Channel> channel();
  std::shared_ptr<Job> join(const core::Wanted& wanted);
  int attend(Lock& lock, const std::shared_ptr<Job>& job, const core::Wanted& wanted);
  int start_program(Lock& lock, const std::shared_ptr<Job>& job, const Gone& gone);
  int take_slot(Lock& lock, const std::string& name, const Gone& gone);
  void run_program(const std::shared_ptr<Job>& job);
  void program_ended(const std::shared_ptr<Job>& job, int status);
  void finish(Job& job, int status);
  void leave(const std::shared_ptr<Job>& job);
  HelperCommand command_for(const std::string& name) const;
  void warn(RateLimit& limit, const std::string& text);

  const Settings& settings_;
  Log& log_;
  const RequestLimits limits_;
  RunHelper run_helper_;
  unique_fd stop_;  // an eventfd, readable at the end

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Job>> jobs_;  // those that have not ended, by name
  int programs_ = 0;                                  // that run
  int threads_ = 0;                                   // of ours
  bool ending_ = false;
  std::shared_ptr<Channel> channel_;
  std::condition_variable program_gone_;
  RateLimit throttled_;
  RateLimit too_busy_;
  RateLimit killed_;
  RateLimit unanswered_;
  RateLimit remarks_;
};

}  // namespace kmodern::ukernel
