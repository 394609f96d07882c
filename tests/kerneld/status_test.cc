#include "kerneld/status.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "kerneld/control.h"

namespace kmodern::kerneld {
namespace {

TEST(Status, IsTheSameAfterItsWayThroughJson) {
  Status status;
  status.kernel = "user:default";
  status.requests.denied = 3;
  status.policy.mode = "learned";
  status.configuration.error = "/etc/kmodern/kerneld.toml line 3: no such key";
  status.autoclean.keep = {"ext4", "nls_*"};
  const auto read = status_from(to_json(status));
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(to_json(*read), to_json(status));
  EXPECT_EQ(read->requests.denied, 3U);
  EXPECT_EQ(read->autoclean.keep, status.autoclean.keep);
}

TEST(Status, OfAnotherVersionMayHaveMoreAndLess) {
  const auto read = status_from(R"({"pid": 7, "moon": "full", "requests": {"total": 2}})");
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(read->pid, 7);
  EXPECT_EQ(read->requests.total, 2U);
  EXPECT_EQ(read->requests.denied, 0U);
}

TEST(Status, ThatIsNoneIsAnError) {
  for (const char* text : {"", "[1]", "{\"pid\": \"seven\"}", "{\"requests\": 3}"})
    EXPECT_EQ(status_from(text).error().code, EPROTO) << text;
}

TEST(Control, SaysThatNobodyListens) {
  const auto answer = ask_daemon("/nonexistent/kerneld.sock", "/status");
  EXPECT_EQ(answer.error().code, ECONNREFUSED);
}

}  // namespace
}  // namespace kmodern::kerneld
