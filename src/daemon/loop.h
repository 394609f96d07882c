// The daemon's event loop: sd-event(3), with functions as callbacks. Signals are taken by it, and
// the manager's watchdog is fed from it: a loop that hangs is one that is started anew.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/error.h"

struct sd_event;
struct sd_event_source;
struct signalfd_siginfo;

namespace kmodern::daemon {

// What is called; an error ends the loop with it.
using Callback = std::function<Result<void>()>;

class Loop;

// Something that is waited for; no more, when it goes. It may go inside of its own callback.
class Source : public std::enable_shared_from_this<Source> {
 public:
  Source(Loop& loop, Callback call) : loop_(loop), call_(std::move(call)) {}
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

 private:
  friend class Loop;
  Loop& loop_;
  Callback call_;
  sd_event_source* source_ = nullptr;
};
using SourcePointer = std::shared_ptr<Source>;

class Loop {
 public:
  // Errors: those of epoll; SIGTERM, SIGINT and SIGHUP are blocked in this thread and in those that
  // it makes from now on.
  static Result<std::unique_ptr<Loop>> create();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Result<SourcePointer> on_readable(int fd, Callback call);
  Result<SourcePointer> on_signal(int signal, Callback call);

  // Until stop() or an error of a callback.
  Result<void> run();
  void stop();

 private:
  Loop() = default;
  static int ready(sd_event_source* event, int fd, unsigned events, void* source);
  static int signalled(sd_event_source* event, const signalfd_siginfo* info, void* source);
  static int call(void* source);

  sd_event* event_ = nullptr;
  std::optional<Error> ended_by_;
};

}  // namespace kmodern::daemon
