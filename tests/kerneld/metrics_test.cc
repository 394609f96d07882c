#include "kerneld/metrics.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

using namespace kmodern;
using namespace kmodern::kerneld;
using namespace std::chrono_literals;

namespace {

Event event(Verdict verdict, std::chrono::microseconds took) {
  Event event;
  event.verdict = verdict;
  event.took = took;
  return event;
}

void expect_line(const std::string& text, const std::string& line) {
  EXPECT_NE(("\n" + text).find("\n" + line + "\n"), std::string::npos) << line << " in:\n" << text;
}

}  // namespace

TEST(Metrics, CountsRequestsByResult) {
  Metrics metrics;
  metrics.count(event(Verdict::already_loaded, 5us));
  metrics.count(event(Verdict::already_loaded, 5us));
  const std::string text = metrics.text({});
  expect_line(text, "# TYPE kmodern_requests counter");
  expect_line(text, "kmodern_requests_total{result=\"already loaded\"} 2");
  expect_line(text, "kmodern_requests_total{result=\"loaded\"} 0");
  EXPECT_TRUE(text.ends_with("\n# EOF\n"));
}

TEST(Metrics, SortsLatenciesIntoBucketsThatIncludeTheSmallerOnes) {
  Metrics metrics;
  metrics.count(event(Verdict::loaded, 1ms));
  metrics.count(event(Verdict::loaded, 1001us));
  metrics.count(event(Verdict::loaded, 60s));
  const std::string text = metrics.text({});
  expect_line(text, "# UNIT kmodern_request_duration_seconds seconds");
  expect_line(text, "kmodern_request_duration_seconds_bucket{le=\"0.0005\"} 0");
  expect_line(text, "kmodern_request_duration_seconds_bucket{le=\"0.001\"} 1");
  expect_line(text, "kmodern_request_duration_seconds_bucket{le=\"0.005\"} 2");
  expect_line(text, "kmodern_request_duration_seconds_bucket{le=\"30.0\"} 2");
  expect_line(text, "kmodern_request_duration_seconds_bucket{le=\"+Inf\"} 3");
  expect_line(text, "kmodern_request_duration_seconds_count 3");
  expect_line(text, "kmodern_request_duration_seconds_sum 60.002001");
}

TEST(Metrics, CountsLoadsByErrnoAndEachLoadOnce) {
  Metrics metrics;
  Event one = event(Verdict::failed, 5us);
  one.steps = {{"fat", "insmod", 3us, false, 0, ""},
               {"msdos", "insmod", 3us, false, ENOEXEC, "no"},
               {"after", "insmod", 0us, false, ENOEXEC, "not begun, as msdos failed"},
               {"elsewhere", "insmod", 3us, true, 0, "of another request"},
               {"script", "install", 3us, false, 0, ""}};
  metrics.count(one);
  one.joined = true;
  metrics.count(one);
  const std::string text = metrics.text({});
  expect_line(text, "kmodern_module_loads_total{error=\"none\"} 1");
  expect_line(text, "kmodern_module_loads_total{error=\"ENOEXEC\"} 1");
  expect_line(text, "kmodern_requests_joined_total 1");
}

TEST(Metrics, CountsDenialsByClassAndWhatWasCleaned) {
  Metrics metrics;
  Event one = event(Verdict::denied, 5us);
  one.trigger = Trigger::socket;
  metrics.count(one);
  metrics.count_autocleaned(3);
  const std::string text = metrics.text({.in_flight = 2, .store = {}});
  expect_line(text, "kmodern_requests_denied_total{class=\"socket\"} 1");
  expect_line(text, "kmodern_modules_autocleaned_total 3");
  expect_line(text, "kmodern_requests_in_flight 2");
}

TEST(Metrics, AreCountedByManyThreads) {
  Metrics metrics;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) metrics.count(event(Verdict::loaded, 5us));
        (void)metrics.text({});
      });
    }
  }
  EXPECT_EQ(metrics.counts().all(), 1600u);
}
