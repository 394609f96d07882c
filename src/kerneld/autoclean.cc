#include "kerneld/autoclean.h"

namespace kmodern::kerneld {

using Clock = std::chrono::steady_clock;

Autoclean::Autoclean(std::unique_ptr<kernel::Kernel> kernel, std::chrono::milliseconds idle,
                     Swept swept)
    : kernel_(std::move(kernel)),
      swept_(std::move(swept)),
      idle_(idle),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

Autoclean::~Autoclean() = default;

void Autoclean::set_idle(std::chrono::milliseconds idle) {
  std::lock_guard lock(mutex_);
  idle_ = idle;
  changed_.notify_all();
}

void Autoclean::work(const std::stop_token& stop) {
  auto last = Clock::now();
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto idle = idle_;
    auto is_other = [&] { return idle_ != idle; };
    if (idle.count() == 0) {
      changed_.wait(lock, stop, is_other);
    } else if (Clock::now() < last + idle) {
      changed_.wait_until(lock, stop, last + idle, is_other);
    } else {
      lock.unlock();
      swept_(kernel_->classic()->remove_idle());
      last = Clock::now();
      lock.lock();
    }
  }
}

}  // namespace kmodern::kerneld
