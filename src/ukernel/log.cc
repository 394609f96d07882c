#include "ukernel/log.h"

#include <algorithm>
#include <new>

namespace kmodern::ukernel {

namespace {
constexpr std::size_t longest_record = 1024;
}

std::chrono::microseconds Log::uptime() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               start_);
}

void Log::write(int level, std::string_view text) noexcept {
  {
    std::lock_guard lock(mutex_);
    text = text.substr(0, longest_record);
    try {
      records_.push_back({next_, uptime(), std::clamp(level, 0, 7), std::string(text),
                          std::this_thread::get_id()});
      ++next_;
      bytes_ += text.size();
      trim();
    } catch (const std::bad_alloc&) {
      return;
    }
  }
  grown_.notify_all();
}

void Log::extend(int level, std::string_view text) noexcept {
  {
    std::lock_guard lock(mutex_);
    if (!records_.empty() && records_.back().thread == std::this_thread::get_id()) {
      std::string& last = records_.back().text;
      text = text.substr(0, longest_record - std::min(longest_record, last.size()));
      try {
        last += text;
        bytes_ += text.size();
      } catch (const std::bad_alloc&) {
        return;
      }
      trim();
      return;
    }
  }
  write(level, text);
}

void Log::trim() {
  while (records_.size() > record_limit_ || (bytes_ > byte_limit_ && records_.size() > 1)) {
    bytes_ -= records_.front().text.size();
    records_.pop_front();
  }
}

std::vector<Record> Log::read(std::uint64_t sequence, std::size_t most) const {
  std::lock_guard lock(mutex_);
  std::vector<Record> found;
  if (records_.empty() || sequence >= next_) return found;
  std::uint64_t first = records_.front().sequence;
  for (std::size_t i = sequence > first ? sequence - first : 0;
       i < records_.size() && found.size() < most; ++i)
    found.push_back(records_[i]);
  return found;
}

bool Log::wait(std::uint64_t sequence, std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  return grown_.wait_for(lock, patience, [&] { return next_ > sequence; });
}

}  // namespace kmodern::ukernel
