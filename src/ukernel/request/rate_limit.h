// Lines of the log that could come too often. Source: lib/ratelimit.c.
#pragma once

#include <chrono>

namespace kmodern::ukernel {

// At most 10 in 5 seconds. Its user locks.
class RateLimit {
 public:
  bool permits(std::chrono::steady_clock::time_point now) {
    if (now - begin_ >= interval) {
      begin_ = now;
      printed_ = 0;
    }
    return printed_++ < burst;
  }

 private:
  static constexpr auto interval = std::chrono::seconds(5);
  static constexpr int burst = 10;
  std::chrono::steady_clock::time_point begin_{};
  int printed_ = 0;
};

}  // namespace kmodern::ukernel
