#include "kerneld/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

#include "base/error.h"

namespace kmodern::kerneld {
namespace {

using namespace std::chrono_literals;

// The upper bounds of all buckets but the last, and how OpenMetrics writes these numbers.
struct Bound {
  std::chrono::microseconds longest;
  std::string_view seconds;
};
constexpr std::array<Bound, 13> bounds = {{{10us, "1e-05"},
                                           {100us, "0.0001"},
                                           {500us, "0.0005"},
                                           {1ms, "0.001"},
                                           {5ms, "0.005"},
                                           {10ms, "0.01"},
                                           {50ms, "0.05"},
                                           {100ms, "0.1"},
                                           {500ms, "0.5"},
                                           {1s, "1.0"},
                                           {5s, "5.0"},
                                           {10s, "10.0"},
                                           {30s, "30.0"}}};

template <typename Values, typename Value>
std::size_t place_of(const Values& values, Value value) {
  return static_cast<std::size_t>(std::ranges::find(values, value) - values.begin());
}

// Writes one metric family after the other. Labels' values are names of this project, which need
// no escapes.
class Writer {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    fmt::format_to(to_, "# TYPE {} {}\n", name, type);
    if (name.ends_with("_seconds")) fmt::format_to(to_, "# UNIT {} seconds\n", name);
    fmt::format_to(to_, "# HELP {} {}\n", name, help);
  }
  void sample(std::string_view suffix, std::uint64_t value) {
    fmt::format_to(to_, "{}{} {}\n", name_, suffix, value);
  }
  void sample(std::string_view suffix, std::string_view label, std::string_view of,
              std::uint64_t value) {
    fmt::format_to(to_, "{}{}{{{}=\"{}\"}} {}\n", name_, suffix, label, of, value);
  }
  void seconds(std::string_view suffix, std::chrono::microseconds value) {
    fmt::format_to(to_, "{}{} {}.{:06}\n", name_, suffix, value.count() / 1'000'000,
                   value.count() % 1'000'000);
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    family(name, "counter", help);
    sample("_total", value);
  }
  std::string end() {
    text_ += "# EOF\n";
    return std::move(text_);
  }

 private:
  std::string text_;
  std::back_insert_iterator<std::string> to_{text_};
  std::string_view name_;
};

}  // namespace

std::uint64_t Metrics::Counts::all() const {
  return std::accumulate(requests.begin(), requests.end(), std::uint64_t{0});
}

void Metrics::count(const Event& event) {
  const auto bucket = static_cast<std::size_t>(
      std::ranges::lower_bound(bounds, event.took, {}, &Bound::longest) - bounds.begin());
  const std::lock_guard lock(mutex_);
  ++counts_.requests[place_of(verdicts, event.verdict)];
  if (event.verdict == Verdict::denied) ++counts_.denied[place_of(triggers, event.trigger)];
  if (event.joined) ++counts_.joined;
  if (event.ruling == Ruling::audit) ++counts_.audited;
  ++counts_.latencies[bucket];
  counts_.latency += event.took;
  if (event.joined) return;  // its steps are those of the request that it joined
  for (const EventStep& step : event.steps) {
    const bool begun = step.took.count() != 0 || step.error == 0;
    if (step.action == plan::name(plan::Action::insert) && !step.joined && begun)
      ++counts_.loads[step.error];
  }
}

void Metrics::count_autocleaned(std::uint64_t modules) {
  const std::lock_guard lock(mutex_);
  counts_.autocleaned += modules;
}

Metrics::Counts Metrics::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

std::string Metrics::text(const Beside& beside) const {
  const Counts now = counts();
  Writer to;
  to.family("kmodern_requests", "counter", "Requests for modules that were answered, by result.");
  for (std::size_t i = 0; i < verdicts.size(); ++i)
    to.sample("_total", "result", name(verdicts[i]), now.requests[i]);
  to.family("kmodern_request_duration_seconds", "histogram", "From a request to its answer.");
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i)
    to.sample("_bucket", "le", bounds[i].seconds, below += now.latencies[i]);
  to.sample("_bucket", "le", "+Inf", below += now.latencies.back());
  to.sample("_count", below);
  to.seconds("_sum", now.latency);
  to.counter("kmodern_requests_joined",
             "Requests that joined one for the same name which was in work.", now.joined);
  to.family("kmodern_requests_denied", "counter", "Requests that the policy denied, by class.");
  for (std::size_t i = 0; i < triggers.size(); ++i)
    to.sample("_total", "class", name(triggers[i]), now.denied[i]);
  to.counter("kmodern_requests_audited", "Requests let through by a rule or mode `audit`.",
             now.audited);
  to.family("kmodern_module_loads", "counter", "Module files given to the kernel, by error.");
  if (!now.loads.contains(0)) to.sample("_total", "error", "none", 0);
  for (const auto& [error, count] : now.loads)
    to.sample("_total", "error", error == 0 ? "none" : errno_name(error), count);
  to.counter("kmodern_modules_autocleaned", "Modules loaded on demand that were taken away unused.",
             now.autocleaned);
  to.family("kmodern_requests_in_flight", "gauge", "Requests that are not answered yet.");
  to.sample("", beside.in_flight);
  to.counter("kmodern_events_recorded", "Requests written to the record.", beside.store.written);
  to.counter("kmodern_events_lost", "Requests that could not be recorded.", beside.store.lost);
  return to.end();
}

}  // namespace kmodern::kerneld
