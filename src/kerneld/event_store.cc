#include "kerneld/event_store.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>

#include "kernel/user/place.h"
#include "kerneld/event_file.h"

namespace kmodern::kerneld {

namespace {
constexpr std::size_t largest_batch = 256;  // events that are written together
}

Result<std::string> default_store(std::string_view kernel) {
  constexpr std::string_view user = "user";
  if (!kernel.starts_with(user)) return "/var/lib/kmodern/requests.db";
  kernel.remove_prefix(user.size());
  if (kernel.starts_with(':')) kernel.remove_prefix(1);
  TRY(const kernel::Place place,
      kernel::place_of(kernel.empty() ? kernel::default_kernel_name : kernel));
  TRY(const std::string folder, kernel::runtime_directory());
  return fmt::format("{}/{}.requests.db", folder, place.name);
}

EventStore::EventStore(StoreOptions options) : options_(std::move(options)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

EventStore::~EventStore() = default;

void EventStore::record(Event event) {
  const std::lock_guard lock(mutex_);
  if (queue_.size() >= options_.queue) {
    ++status_.lost;
    ++lost_since_;
    return;
  }
  event.lost = std::exchange(lost_since_, 0);
  queue_.push_back(std::move(event));
  ++recorded_;
  wake_.notify_all();
}

bool EventStore::flush(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const std::uint64_t wanted = recorded_;
  return wake_.wait_for(lock, patience, [&] { return status_.written >= wanted; });
}

EventStore::Status EventStore::status() const {
  const std::lock_guard lock(mutex_);
  Status status = status_;
  status.waiting = recorded_ - status_.written;
  return status;
}

void EventStore::work(const std::stop_token& stop) {
  std::vector<Event> batch;
  Result<void> done = write(batch);  // opens the file
  report(done, 0);
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (done)
        wake_.wait(lock, stop, [&] { return !queue_.empty(); });
      else
        wake_.wait_for(lock, stop, options_.retry, [] { return false; });
      const std::size_t more = std::min(queue_.size(), largest_batch - batch.size());
      const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(more);
      std::move(queue_.begin(), end, std::back_inserter(batch));
      queue_.erase(queue_.begin(), end);
    }
    if (stop.stop_requested() && (batch.empty() || !done)) return;
    done = write(batch);
    report(done, batch.size());
    if (done) batch.clear();
  }
}

Result<void> EventStore::write(const std::vector<Event>& events) {
  auto done = write_to_file(events);
  if (done || done.error().code != sqlite::damaged) return done;
  TRY_OK(set_aside(done.error()));
  return write_to_file(events);
}

Result<void> EventStore::write_to_file(const std::vector<Event>& events) {
  if (file_ && !file_->in_place()) file_.reset();  // somebody has removed it
  if (!file_) {
    TRY(EventFile opened, EventFile::open(options_.path, options_.limit, options_.patience));
    file_ = std::make_unique<EventFile>(std::move(opened));
  }
  if (events.empty()) return {};
  auto done = file_->write(events);
  if (!done) file_.reset();
  return done;
}

Result<void> EventStore::set_aside(const Error& why) {
  const std::string aside = options_.path + ".damaged";
  for (const char* part : {"-wal", ""}) {
    if (std::rename((options_.path + part).c_str(), (aside + part).c_str()) != 0 && errno != ENOENT)
      return fail_errno(errno, options_.path, "is damaged, and cannot be set aside", "remove it");
  }
  (void)std::remove((options_.path + "-shm").c_str());
  say(fmt::format("{}; it is kept as {}, and the record begins anew", describe(why), aside));
  return {};
}

void EventStore::report(const Result<void>& done, std::size_t written) {
  std::string news;
  {
    const std::lock_guard lock(mutex_);
    if (done) {
      status_.written += written;
      if (status_.trouble) {
        news = fmt::format("{}: requests are recorded again; {} have been lost since the start",
                           options_.path, status_.lost);
      }
      status_.trouble.reset();
    } else {
      if (!status_.trouble || status_.trouble->code != done.error().code)
        news = "requests are not recorded: " + describe(done.error());
      status_.trouble = done.error();
    }
  }
  wake_.notify_all();
  if (!news.empty()) say(news);
}

void EventStore::say(const std::string& sentence) const {
  if (options_.notice) options_.notice(sentence);
}

}  // namespace kmodern::kerneld
