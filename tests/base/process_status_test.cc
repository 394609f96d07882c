#include "base/process_status.h"

#include <gtest/gtest.h>
#include <unistd.h>

using namespace kmodern;

namespace {

TEST(ProcessStatus, NumbersAreThoseOfTheProcess) {
  const auto status = ProcessStatus::of(::getpid());
  ASSERT_TRUE(status) << describe(status.error());
  EXPECT_EQ(status->number<pid_t>("Tgid"), ::getpid());
  EXPECT_EQ(status->number<uid_t>("Uid", 1), ::geteuid());
}

TEST(ProcessStatus, ALabelIsAWholeOne) {
  const ProcessStatus status("Name:\tPid: 5\nNSpid:\t7 8\nPid:\t9\n");
  EXPECT_EQ(status.number<int>("Pid"), 9);
  EXPECT_EQ(status.number<int>("NSpid", 1), 8);
  EXPECT_EQ(status.number<int>("pid"), std::nullopt);
}

TEST(ProcessStatus, WhatIsNoNumberIsNone) {
  const ProcessStatus status("Name:\t12x\nSigPnd:\t0000000000000900\n");
  EXPECT_EQ(status.number<int>("Name"), std::nullopt);
  EXPECT_EQ(status.number<int>("SigPnd", 1), std::nullopt);
  EXPECT_EQ(status.set("SigPnd"), 0x900U);
  EXPECT_EQ(status.set("SigBlk"), 0U);
}

TEST(ProcessStatus, AProcessThatIsGoneIsAnError) { EXPECT_FALSE(ProcessStatus::of(1 << 30)); }

}  // namespace
