// The kernel's log: order, bounds, continuation, following.
#include "ukernel/log.h"

#include <gtest/gtest.h>

#include <thread>

namespace kmodern::ukernel {
namespace {

TEST(Log, KeepsRecordsInOrderWithLevelAndTime) {
  Log log;
  log.write(level::info, "one");
  log.write(level::error, "two");
  auto records = log.read(0, 10);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].text, "one");
  EXPECT_EQ(records[1].level, level::error);
  EXPECT_EQ(records[1].sequence, 1u);
  EXPECT_LE(records[0].time, records[1].time);
}

TEST(Log, LosesItsOldestRecordsWhenItIsFull) {
  Log log(3, 1000);
  for (int i = 0; i < 5; ++i) log.write(level::info, std::to_string(i));
  auto records = log.read(0, 10);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].text, "2");
  EXPECT_EQ(records[0].sequence, 2u) << "the gap shows what was lost";
}

TEST(Log, IsBoundedInBytesToo) {
  Log log(1000, 100);
  for (int i = 0; i < 10; ++i) log.write(level::info, std::string(40, 'x'));
  EXPECT_LE(log.read(0, 1000).size(), 2u);
}

TEST(Log, CutsLongTexts) {
  Log log;
  log.write(level::info, std::string(5000, 'x'));
  EXPECT_EQ(log.read(0, 1)[0].text.size(), 1024u);
}

TEST(Log, ContinuesOnlyTheLastRecordOfTheSameThread) {
  Log log;
  log.write(level::info, "a");
  log.extend(level::info, "b");
  std::thread([&] { log.extend(level::info, "c"); }).join();
  log.extend(level::info, "d");
  auto records = log.read(0, 10);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].text, "ab");
  EXPECT_EQ(records[1].text, "c");
  EXPECT_EQ(records[2].text, "d");
}

TEST(Log, WakesWhoFollowsIt) {
  Log log;
  log.write(level::info, "old");
  bool woken = false;
  std::thread follower([&] { woken = log.wait(1, std::chrono::minutes(1)); });
  log.write(level::info, "new");
  follower.join();
  EXPECT_TRUE(woken);
  EXPECT_FALSE(log.wait(2, std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace kmodern::ukernel
