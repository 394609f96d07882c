// Counts what is done on demand, and tells it as OpenMetrics text 1.0.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "kerneld/event.h"
#include "kerneld/event_store.h"

namespace kmodern::kerneld {

inline constexpr std::string_view metrics_content_type =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

// All of it may be used by several threads at once.
class Metrics {
 public:
  // A request that has been answered.
  void count(const Event& event);
  // Modules that were taken away since nobody used them.
  void count_autocleaned(std::uint64_t modules);

  struct Counts {
    std::array<std::uint64_t, verdicts.size()> requests{};  // by verdict
    std::array<std::uint64_t, triggers.size()> denied{};    // by class
    std::uint64_t joined = 0;
    std::uint64_t audited = 0;           // let through by a rule or mode "audit"
    std::map<int, std::uint64_t> loads;  // by errno; 0: it went well
    std::uint64_t autocleaned = 0;
    std::array<std::uint64_t, 14> latencies{};  // by bucket, each for itself
    std::chrono::microseconds latency{0};       // of all together
    std::uint64_t all() const;                  // requests
  };
  Counts counts() const;

  // What others count.
  struct Beside {
    std::uint64_t in_flight = 0;  // requests that are not answered yet
    EventStore::Status store;
  };
  std::string text(const Beside& beside) const;

 private:
  mutable std::mutex mutex_;
  Counts counts_;
};

}  // namespace kmodern::kerneld
