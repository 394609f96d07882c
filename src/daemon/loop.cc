#include "daemon/loop.h"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <systemd/sd-event.h>

#include <cerrno>
#include <csignal>

namespace kmodern::daemon {
namespace {

std::unexpected<Error> failed(int result, const char* action) {
  return fail_errno(-result, "event loop", action);
}

}  // namespace

Source::~Source() { sd_event_source_disable_unref(source_); }

Result<std::unique_ptr<Loop>> Loop::create() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  if (const int code = ::pthread_sigmask(SIG_BLOCK, &signals, nullptr); code != 0)
    return failed(-code, "cannot block signals");
  std::unique_ptr<Loop> loop(new Loop());
  if (const int result = sd_event_new(&loop->event_); result < 0)
    return failed(result, "cannot be made");
  if (const int result = sd_event_set_watchdog(loop->event_, 1); result < 0)
    return failed(result, "cannot feed the watchdog");
  return loop;
}

Loop::~Loop() { sd_event_unref(event_); }

Result<SourcePointer> Loop::on_readable(int fd, Callback call) {
  auto source = std::make_shared<Source>(*this, std::move(call));
  const int result =
      sd_event_add_io(event_, &source->source_, fd, EPOLLIN, &Loop::ready, source.get());
  if (result < 0) return failed(result, "cannot watch a descriptor");
  return source;
}

Result<SourcePointer> Loop::on_signal(int signal, Callback call) {
  auto source = std::make_shared<Source>(*this, std::move(call));
  const int result =
      sd_event_add_signal(event_, &source->source_, signal, &Loop::signalled, source.get());
  if (result < 0) return failed(result, "cannot take a signal");
  return source;
}

int Loop::ready(sd_event_source*, int, unsigned, void* source) { return call(source); }

int Loop::signalled(sd_event_source*, const signalfd_siginfo*, void* source) {
  return call(source);
}

int Loop::call(void* source) {
  const SourcePointer kept = static_cast<Source*>(source)->shared_from_this();
  if (auto done = kept->call_(); !done) {
    kept->loop_.ended_by_ = std::move(done).error();
    kept->loop_.stop();
  }
  return 0;
}

Result<void> Loop::run() {
  const int result = sd_event_loop(event_);
  if (ended_by_) return std::unexpected(*ended_by_);
  if (result < 0) return failed(result, "has ended");
  return {};
}

void Loop::stop() { sd_event_exit(event_, 0); }

}  // namespace kmodern::daemon
