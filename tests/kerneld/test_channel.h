// A kernel's end of a channel, held by a test.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/file.h"
#include "kernel/requests.h"

namespace kmodern::testing {

class TestKernelSide {
 public:
  std::uint64_t ask(const std::string& name, kernel::Asker asker = {}) {
    std::lock_guard lock(mutex_);
    asked_.push_back({.id = ++last_, .name = name, .cause = "a test", .asker = std::move(asker)});
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(ready_.get(), &one, sizeof(one));
    return last_;
  }

  // nullopt: it was not answered within a generous time.
  std::optional<int> answer_to(std::uint64_t id) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return answers_.contains(id); });
    const auto found = answers_.find(id);
    return found == answers_.end() ? std::nullopt : std::optional(found->second);
  }
  bool answered(std::uint64_t id) {
    std::lock_guard lock(mutex_);
    return answers_.contains(id);
  }

  std::unique_ptr<kernel::RequestChannel> channel() { return std::make_unique<Channel>(*this); }

 private:
  class Channel final : public kernel::RequestChannel {
   public:
    explicit Channel(TestKernelSide& kernel) : kernel_(kernel) {}
    int descriptor() const override { return kernel_.ready_.get(); }
    Result<std::optional<kernel::ModuleRequest>> next() override {
      std::lock_guard lock(kernel_.mutex_);
      if (kernel_.asked_.empty()) return std::nullopt;
      auto request = std::move(kernel_.asked_.front());
      kernel_.asked_.pop_front();
      return request;
    }
    Result<void> answer(std::uint64_t id, int status) override {
      std::lock_guard lock(kernel_.mutex_);
      if (!kernel_.answers_.emplace(id, status).second) return fail(EINVAL, "test", "answered");
      kernel_.changed_.notify_all();
      return {};
    }

   private:
    TestKernelSide& kernel_;
  };

  unique_fd ready_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<kernel::ModuleRequest> asked_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, int> answers_;
};

}  // namespace kmodern::testing
