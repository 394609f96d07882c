#include "kerneld/policy.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "config/config.h"
#include "kerneld/policy_file.h"
#include "support/files.h"

using namespace kmodern;
using kerneld::Mode;
using kerneld::Policy;
using kerneld::PolicyInForce;
using kerneld::Ruling;
using kerneld::Subject;
using kerneld::Trigger;

namespace {

Policy parsed(std::string_view text) {
  Policy policy;
  auto done = kerneld::parse_policy(text, "p.toml", policy);
  if (!done) ADD_FAILURE() << describe(done.error());
  return policy;
}

Error refused(std::string_view text) {
  Policy policy;
  auto done = kerneld::parse_policy(text, "p.toml", policy);
  EXPECT_FALSE(done) << text;
  return done ? Error{} : done.error();
}

Ruling ruling(const Policy& policy, const Subject& subject) {
  return policy.decide(subject).ruling;
}

}  // namespace

TEST(Policy, TheModeDecidesWhatNoRuleSpeaksOf) {
  EXPECT_EQ(ruling(parsed(""), {.wanted = "x"}), Ruling::allow);
  EXPECT_EQ(ruling(parsed("policy.mode = \"audit\""), {.wanted = "x"}), Ruling::audit);
  const Policy learned = parsed("policy.mode = \"learned\"");
  EXPECT_EQ(ruling(learned, {.wanted = "x"}), Ruling::deny);
  EXPECT_EQ(kerneld::explain(learned.decide({.wanted = "x"}), learned),
            "deny: no rule speaks of it and the mode is learned");
}

TEST(Policy, TheFirstRuleThatMatchesDecidesAndIsNamed) {
  const Policy policy = parsed(
      "[[rule]]\naction = \"allow\"\nname = \"rds\"\nuser = \"root\"\n\n"
      "[[rule]]\naction = \"deny\"\nname = \"rds\"\n");
  EXPECT_EQ(ruling(policy, {.wanted = "rds", .user = "root"}), Ruling::allow);
  const auto decision = policy.decide({.wanted = "rds", .user = "www-data"});
  EXPECT_EQ(kerneld::explain(decision, policy), "deny by p.toml line 6");
}

TEST(Policy, ANameHoldsForTheModuleByWhateverAliasItIsAskedFor) {
  const Policy policy = parsed("[[rule]]\naction = \"deny\"\nname = [\"algif-aead\", \"dccp*\"]\n");
  EXPECT_EQ(ruling(policy, {.wanted = "algif_aead"}), Ruling::deny);
  EXPECT_EQ(ruling(policy, {.wanted = "dccp-ipv4"}), Ruling::deny);
  EXPECT_EQ(ruling(policy, {.wanted = "net-pf-2-proto-0-type-6", .modules = {"dccp_ipv4"}}),
            Ruling::deny);
  EXPECT_EQ(ruling(policy, {.wanted = "net-pf-2", .modules = {"ipv4"}}), Ruling::allow);
}

TEST(Policy, AnAliasIsAPatternOfWhatIsAskedFor) {
  const Policy policy = parsed("[[rule]]\naction = \"deny\"\nalias = \"net-pf-*\"\n");
  EXPECT_EQ(ruling(policy, {.wanted = "net-pf-10"}), Ruling::deny);
  EXPECT_EQ(ruling(policy, {.wanted = "ipv6", .modules = {"ipv6"}}), Ruling::allow);
}

TEST(Policy, UsersAreMetByNameOrNumberAndCgroupsByPattern) {
  const Policy policy = parsed(
      "[[rule]]\naction = \"deny\"\nuser = [1000, \"guest\"]\n"
      "[[rule]]\naction = \"audit\"\ncgroup = \"/user.slice/*\"\n");
  EXPECT_EQ(ruling(policy, {.wanted = "x", .uid = 1000}), Ruling::deny);
  EXPECT_EQ(ruling(policy, {.wanted = "x", .user = "guest", .uid = 7}), Ruling::deny);
  EXPECT_EQ(ruling(policy, {.wanted = "x", .uid = 0}), Ruling::allow);
  EXPECT_EQ(ruling(policy, {.wanted = "x", .cgroup = "/user.slice/a/b"}), Ruling::audit);
}

TEST(Policy, AllConditionsOfARuleHaveToHold) {
  const Policy policy =
      parsed("[[rule]]\naction = \"deny\"\nclass = \"crypto\"\nuser = \"guest\"\n");
  EXPECT_EQ(ruling(policy, {.wanted = "crypto-aes", .user = "guest"}), Ruling::deny);
  EXPECT_EQ(ruling(policy, {.wanted = "crypto-aes", .user = "root"}), Ruling::allow);
  EXPECT_EQ(ruling(policy, {.wanted = "fs-ext4", .user = "guest"}), Ruling::allow);
}

TEST(Policy, EachWayToAskHasItsClass) {
  const std::pair<const char*, Trigger> rows[] = {
      {"net-pf-10", Trigger::socket},         {"can-proto-1", Trigger::socket},
      {"net-pf-38", Trigger::crypto},         {"crypto-cbc(aes)", Trigger::crypto},
      {"algif-aead", Trigger::crypto},        {"fs-msdos", Trigger::filesystem},
      {"binfmt-4c01", Trigger::binfmt},       {"char-major-10-200", Trigger::device},
      {"block-major-8", Trigger::device},     {"net-pf-16-proto-10", Trigger::netlink},
      {"rtnl-link-vlan", Trigger::netlink},   {"netdev-eth0", Trigger::netadmin},
      {"nft-chain-2-nat", Trigger::netadmin}, {"sch_fq", Trigger::netadmin},
      {"pci:v00008086d*", Trigger::hardware}, {"ext4", Trigger::other},
      {"nls_cp437", Trigger::other},          {"x[", Trigger::other}};
  for (const auto& [wanted, trigger] : rows)
    EXPECT_EQ(kerneld::trigger_of(wanted), trigger) << wanted;
}

TEST(Policy, WhatIsWrongIsToldByItsLine) {
  const std::pair<const char*, int> rows[] = {
      {"\n[[rule]]\naction = \"permit\"\n", 3},
      {"[[rule]]\naction = \"deny\"\nnmae = \"x\"\n", 3},
      {"\n[[rule]]\nname = \"x\"\n", 2},
      {"[[rule]]\naction = \"deny\"\nclass = [\n\"socket\",\n\"sockets\"]\n", 5},
      {"[[rule]]\naction = \"deny\"\nname = []\n", 3},
      {"[[rule]]\naction = \"deny\"\nname = \"a b\"\n", 3},
      {"[[rule]]\naction = \"deny\"\nuser = 1.5\n", 3},
      {"[policy]\nmode = \"closed\"\n", 2},
      {"[policy]\n\nmood = \"open\"\n", 3},
      {"rule = 1\n", 1},
      {"x = = 1\n", 1},
      {"[policy]\n[[[rule]]\n", 2},
      {"[policy]\nmode = \u0260\n", 2}};
  for (const auto& [text, line] : rows) {
    const Error error = refused(text);
    EXPECT_EQ(error.subject, "p.toml line " + std::to_string(line)) << text;
    EXPECT_EQ(error.code, EINVAL);
  }
}

TEST(Policy, OtherTablesOfTheFileAreNotItsBusiness) {
  EXPECT_EQ(parsed("[autoclean]\ndelay = 60\n").mode, Mode::open);
}

TEST(PolicyInForce, AFileWithAnErrorLeavesTheFormerPolicy) {
  const auto folder = kmodern::testing::temporary_directory();
  const std::string path = folder.path() + "/kerneld.toml";
  PolicyInForce policy(path);
  ASSERT_TRUE(policy.reload());
  EXPECT_EQ(policy.get()->mode, Mode::open);
  kmodern::testing::write_file(path, "policy.mode = \"learned\"\n");
  ASSERT_TRUE(policy.reload());
  kmodern::testing::write_file(path, "policy.mode = \"open\"\n[[rule]]\naction = 1\n");
  const auto bad = policy.reload();
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().subject, path + " line 3");
  EXPECT_EQ(policy.get()->mode, Mode::learned);
}

TEST(PolicyInForce, RulesBesideTheFileFollowItsOwnInTheOrderOfTheirNames) {
  const auto folder = kmodern::testing::temporary_directory();
  auto rule = [](const std::string& name) {
    return "[[rule]]\naction = \"deny\"\nname = \"" + name + "\"\n";
  };
  kmodern::testing::write_file(folder.path() + "/kerneld.toml", rule("first"));
  kmodern::testing::write_file(folder.path() + "/policy.d/20.toml", rule("third"));
  kmodern::testing::write_file(folder.path() + "/policy.d/10.toml", rule("second"));
  kmodern::testing::write_file(folder.path() + "/policy.d/notes.txt", "no toml");
  const auto policy = kerneld::read_policy(folder.path() + "/kerneld.toml");
  ASSERT_TRUE(policy) << describe(policy.error());
  std::vector<std::string> names;
  for (const auto& one : policy->rules) names.push_back(one.names.front());
  EXPECT_EQ(names, std::vector<std::string>({"first", "second", "third"}));
}

TEST(PolicyExport, DeniedNamesBecomeInstallLinesAndTheRestComments) {
  const std::string text = kerneld::modprobe_conf_of(
      parsed("policy.mode = \"learned\"\n"
             "[[rule]]\naction = \"deny\"\nname = [\"rds\", \"dccp*\"]\n"
             "[[rule]]\naction = \"deny\"\nname = \"tipc\"\nuser = \"guest\"\n"
             "[[rule]]\naction = \"allow\"\nname = \"sctp\"\n"
             "[[rule]]\naction = \"deny\"\nname = \"s*\"\n"));
  config::Config config;
  config::parse_modprobe_conf(text, "exported", config);
  EXPECT_TRUE(config.notices.empty());
  ASSERT_NE(config.install_command("dccp_ipv4"), nullptr);
  EXPECT_EQ(config.install_command("rds")->text, "/bin/false");
  EXPECT_EQ(config.install_command("tipc"), nullptr);
  EXPECT_EQ(config.install_command("sctp"), nullptr);
  EXPECT_NE(text.find("# not carried over: p.toml line 5"), text.npos) << text;
  EXPECT_NE(text.find("learned"), text.npos) << text;
}
