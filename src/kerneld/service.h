// What kerneld does with a request: the policy decides, the engine loads, the channel gets the
// answer, and all of it is recorded.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/error.h"
#include "kernel/requests.h"
#include "kerneld/engine.h"
#include "kerneld/event.h"
#include "kerneld/policy_file.h"
#include "kerneld/users.h"

namespace kmodern::kerneld {

struct ServiceOptions {
  EngineOptions engine;
  std::string policy_file;
  // Its requests are taken by one thread, and answered by several.
  std::unique_ptr<kernel::RequestChannel> channel;
  // Called by any thread.
  std::function<void(const Event&)> record;
  std::function<void(const std::string& line)> log;  // what people should see
};

class Service {
 public:
  // Errors: those of connecting, and of the policy's files.
  static Result<std::unique_ptr<Service>> create(ServiceOptions options);
  // What was not begun is not answered: the kernel asks the program instead when the channel goes.
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Readable when there are requests. This, take() and go_on_with() are for one thread.
  int descriptor() const { return channel_->descriptor(); }

  // Takes all requests that there are now; their answers come from other threads, too. Errors:
  // ECONNRESET when the channel has broken.
  Result<void> take();
  // From now on requests come by this one. What came by the former is nobody's any more: the kernel
  // has asked somebody else.
  void go_on_with(std::unique_ptr<kernel::RequestChannel> channel);

  // Reads modprobe.d, the indexes and the names of users anew. What is in work goes on as it was
  // planned.
  void reload();
  // As Engine::set_workers().
  Result<void> set_workers(unsigned workers) { return engine_->set_workers(workers); }
  // With an error the former policy stays in force.
  Result<void> reload_policy() { return policy_.reload(); }

  std::uint64_t in_flight() const { return in_flight_; }  // requests that are not answered yet
  std::shared_ptr<const Policy> policy() const { return policy_.get(); }

 private:
  struct Pending;

  explicit Service(ServiceOptions options);
  Subject subject_of(const kernel::ModuleRequest& request);
  Decision decide(Subject subject, const Policy& policy);
  void begin(const kernel::ModuleRequest& request);
  void finish(Pending& pending, const Answer& given);
  void answer(Pending& pending, int status);

  PolicyInForce policy_;
  std::function<void(const Event&)> record_;
  std::function<void(const std::string&)> log_;

  std::mutex mutex_;
  std::shared_ptr<const UserNames> users_;  // under the mutex

  std::atomic<std::uint64_t> in_flight_ = 0;

  std::atomic<bool> stopping_ = false;
  std::shared_ptr<kernel::RequestChannel> channel_;
  std::unique_ptr<Engine> engine_;  // last: its workers use all of the above
};

}  // namespace kmodern::kerneld
