#include "kerneld/learn.h"

#include <gtest/gtest.h>

#include "kerneld/devices.h"
#include "kerneld/policy_file.h"
#include "support/files.h"

using namespace kmodern;
using namespace kmodern::kerneld;
using namespace std::chrono_literals;

namespace {

Event used(std::string name, std::vector<std::string> modules) {
  Event event;
  event.time = std::chrono::system_clock::time_point(1'700'000'000s);
  event.name = std::move(name);
  event.modules = std::move(modules);
  event.trigger = trigger_of(event.name);
  event.verdict = Verdict::loaded;
  event.asker.pid = 17;
  event.asker.comm = "sshd";
  event.user = "root";
  return event;
}

Policy learned(const Learner& learner) {
  Policy policy;
  policy.mode = Mode::learned;
  const auto parsed = parse_policy(learner.rules("a test"), "learned.toml", policy);
  EXPECT_TRUE(parsed) << describe(parsed.error()) << "\n" << learner.rules("a test");
  return policy;
}

}  // namespace

TEST(Learn, AllowsWhatWasUsedByItsNamesAndDeniesTheRest) {
  Learner learner;
  learner.add(used("net-pf-10", {"ipv6"}));
  learner.add(used("crypto-aes", {"aes_generic", "aesni_intel"}));
  const Policy policy = learned(learner);
  EXPECT_EQ(policy.decide({.wanted = "net-pf-10"}).ruling, Ruling::allow);
  EXPECT_EQ(policy.decide({.wanted = "ipv6"}).ruling, Ruling::allow);
  EXPECT_EQ(policy.decide({.wanted = "other-alias", .modules = {"aesni_intel"}}).ruling,
            Ruling::allow);
  EXPECT_EQ(policy.decide({.wanted = "net-pf-21", .modules = {"rds"}}).ruling, Ruling::deny);
}

TEST(Learn, LeavesOutWhatWasDeniedFailedOrLedToNothing) {
  Learner learner;
  for (const Verdict verdict : {Verdict::denied, Verdict::failed, Verdict::unknown}) {
    Event event = used("net-pf-21", {"rds"});
    event.verdict = verdict;
    learner.add(event);
  }
  EXPECT_TRUE(learned(learner).rules.empty());
  EXPECT_NE(learner.rules("").find("# net-pf-21: unknown, 3 times"), std::string::npos);
}

TEST(Learn, SaysHowOftenByWhomAndWhenLast) {
  Learner learner;
  Event event = used("fs-vfat", {"vfat"});
  learner.add(event);
  learner.add(event);
  event.asker.comm = "mount";
  event.user = "alice";
  learner.add(event);
  const std::string rules = learner.rules("");
  EXPECT_NE(rules.find("# ---- class filesystem"), std::string::npos) << rules;
  EXPECT_NE(rules.find("# 3 times by sshd (root), mount (alice), last 2023-11-1"),
            std::string::npos)
      << rules;
}

TEST(Learn, TakesNoPatternAndNoTextOfTomlFromWhoeverAsks) {
  Learner learner;
  for (const char* name : {"net-pf-*", "net-pf-1?", "x\"]\naction = \"allow", "[a-z]", "\\"}) {
    Event event = used(name, {"ipv6"});
    event.asker.comm = "evil\n[[rule]]\naction = \"allow\"";
    learner.add(event);
  }
  const Policy policy = learned(learner);
  ASSERT_EQ(policy.rules.size(), 1u);
  EXPECT_EQ(policy.rules[0].names, std::vector<std::string>{"ipv6"});
}

TEST(Learn, AllowsModulesOfDevicesByTheirNameAlone) {
  Learner learner;
  learner.add(used("pci:v00008086d00001533sv*", {"igb"}));
  learner.add_device("pci 0000:00:1f.2", {"ahci"});
  learner.add_loaded("libata", {"ahci"});
  const Policy policy = learned(learner);
  EXPECT_EQ(policy.rules.size(), 3u);
  EXPECT_EQ(policy.decide({.wanted = "pci:v1", .modules = {"igb"}}).ruling, Ruling::allow);
  EXPECT_EQ(policy.decide({.wanted = "libata"}).ruling, Ruling::allow);
  const std::string rules = learner.rules("");
  EXPECT_NE(rules.find("# for the device pci 0000:00:1f.2"), std::string::npos) << rules;
  EXPECT_NE(rules.find("# loaded now, used by ahci"), std::string::npos) << rules;
}

TEST(Devices, AreThoseOfAllBusesThatHaveAModalias) {
  const TemporaryDirectory sysfs = kmodern::testing::temporary_directory();
  kmodern::testing::write_file(sysfs.path() + "/bus/usb/devices/1-1:1.0/modalias", "usb:v1\n");
  kmodern::testing::write_file(sysfs.path() + "/bus/pci/devices/0000:00:00.0/modalias", "pci:v2\n");
  kmodern::testing::write_file(sysfs.path() + "/bus/pci/devices/0000:00:01.0/class", "0\n");
  const auto found = devices(sysfs.path());
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].name, "pci 0000:00:00.0");
  EXPECT_EQ(found[1].modalias, "usb:v1");
  EXPECT_TRUE(devices(sysfs.path() + "/none").empty());
}
