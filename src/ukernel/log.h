// The kernel's log: a bounded ring of records, which readers can follow.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace kmodern::ukernel {

// As KERN_EMERG to KERN_DEBUG.
namespace level {
inline constexpr int emergency = 0, alert = 1, critical = 2, error = 3, warning = 4, notice = 5,
                     info = 6, debug = 7;
}

struct Record {
  std::uint64_t sequence = 0;        // counts from 0
  std::chrono::microseconds time{};  // since the log began
  int level = level::info;
  std::string text;  // without the final newline; may hold newlines inside
  std::thread::id thread;
};

// Any thread may call anything at any time.
class Log {
 public:
  // The oldest records go when there are more than `records`, or more than `bytes` of text.
  Log(std::size_t records, std::size_t bytes) : record_limit_(records), byte_limit_(bytes) {}
  Log() : Log(16384, 4 << 20) {}

  // A record that there is no memory for is lost. Nothing is thrown: module code may be on the
  // stack. A text longer than 1024 bytes is cut there (as LOG_LINE_MAX in kernel/printk/printk.c).
  void write(int level, std::string_view text) noexcept;
  // Extends this thread's last record if it is still the log's last one; otherwise begins a new
  // one, as KERN_CONT does.
  void extend(int level, std::string_view text) noexcept;

  // Up to `most` records from `sequence` on; records that the ring has lost are passed over.
  std::vector<Record> read(std::uint64_t sequence, std::size_t most) const;
  // Waits until there is a record from `sequence` on; false after `patience`.
  bool wait(std::uint64_t sequence, std::chrono::milliseconds patience) const;

  std::chrono::microseconds uptime() const;

 private:
  void trim();

  const std::size_t record_limit_;
  const std::size_t byte_limit_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;
  mutable std::condition_variable grown_;
  std::deque<Record> records_;
  std::uint64_t next_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace kmodern::ukernel
