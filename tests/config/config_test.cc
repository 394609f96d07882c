#include "config/config.h"

#include <gtest/gtest.h>

#include "support/files.h"

using namespace kmodern;
using config::Config;

namespace {

Config read(std::string_view text) {
  Config config;
  config::parse_modprobe_conf(text, "test.conf", config);
  return config;
}

Config from_command_line(std::string_view text) {
  Config config;
  config::parse_kernel_command_line(text, config);
  return config;
}

std::vector<std::string> names(const std::vector<std::string>& list) { return list; }
using Names = std::vector<std::string>;

}  // namespace

TEST(ModprobeConf, NamesAreNormalisedButNotInsideOfBrackets) {
  Config config = read("alias a[b-c]d-e some-module\nblacklist usb-storage\n");
  ASSERT_EQ(config.aliases.size(), 1u);
  EXPECT_EQ(config.aliases[0].pattern, "a[b-c]d_e");
  EXPECT_EQ(config.aliases[0].module, "some_module");
  EXPECT_TRUE(config.blacklisted("usb_storage"));
}

TEST(ModprobeConf, ABackslashJoinsTheNextLine) {
  Config config = read("options ext4 a=1 \\\n  b=2\nblacklist x\n");
  EXPECT_EQ(config.options_of("ext4", {}), "a=1   b=2");
  EXPECT_TRUE(config.blacklisted("x"));
}

TEST(ModprobeConf, ABadLineIsToldWithFileAndLineAndTheRestHolds) {
  Config config = read("blacklist good\n\nwobble a \\\n b\nalias x[ y\nblacklist also\n");
  ASSERT_EQ(config.notices.size(), 2u);
  EXPECT_EQ(config.notices[0].what.subject, "test.conf line 3");
  EXPECT_EQ(config.notices[0].what.reason, "ignoring bad line starting with 'wobble'");
  EXPECT_EQ(config.notices[1].what.subject, "test.conf line 5");
  EXPECT_EQ(config.blacklist, names({"good", "also"}));
}

TEST(ModprobeConf, IncludeAndConfigAreToldToBeGone) {
  Config config = read("include /etc/more\nconfig x\n");
  ASSERT_EQ(config.notices.size(), 2u);
  EXPECT_EQ(config.notices[0].what.reason, "command include is deprecated and not parsed anymore");
}

TEST(ModprobeConf, CommentsMayBeIndentedAndLinesMayEndAsOnOtherSystems) {
  Config config = read("  # a comment\r\noptions ext4 a=1\r\n");
  EXPECT_TRUE(config.notices.empty());
  EXPECT_EQ(config.options_of("ext4", {}), "a=1");
}

TEST(ModprobeConf, OptionsOfAModuleAndOfTheAliasThatWasUsedAreJoinedInOrder) {
  Config config = read("options ext4 a=1\noptions fs_ext4 b=2\noptions ext4\tc=3\n");
  EXPECT_EQ(config.options_of("ext4", {}), "a=1 c=3");
  EXPECT_EQ(config.options_of("ext4", {"fs_ext4"}), "a=1 b=2 c=3");
}

TEST(ModprobeConf, TheFirstMatchingCommandWins) {
  Config config = read("install snd-* first\ninstall snd_pcm second\nremove snd_pcm third\n");
  ASSERT_NE(config.install_command("snd_pcm"), nullptr);
  EXPECT_EQ(config.install_command("snd_pcm")->text, "first");
  EXPECT_EQ(config.remove_command("snd_pcm")->text, "third");
  EXPECT_EQ(config.install_command("ext4"), nullptr);
}

TEST(ModprobeConf, AllSoftdepAndWeakdepLinesOfAModuleCount) {
  Config config = read(
      "softdep ext4 pre: a b post: c\nsoftdep ext* pre: b d\nsoftdep cifs gcm\n"
      "weakdep ext4 x y\nweakdep ext4 y z\n");
  EXPECT_EQ(config.softdeps_of("ext4").before, Names({"a", "b", "d"}));
  EXPECT_EQ(config.softdeps_of("ext4").after, Names({"c"}));
  EXPECT_EQ(config.weakdeps_of("ext4"), Names({"x", "y", "z"}));
  // Words in front of "pre:" mean nothing.
  EXPECT_TRUE(config.softdeps_of("cifs").before.empty());
}

TEST(KernelCommandLine, BlacklistsWithDashesWork) {
  Config config = from_command_line("quiet modprobe.blacklist=intel-uncore,b, root=/dev/sda1");
  EXPECT_EQ(config.blacklist, names({"intel_uncore", "b"}));
}

TEST(KernelCommandLine, QuotesKeepBlanksInValues) {
  Config config =
      from_command_line("usb-storage.quirks=1:2:i \"ext4.a=v v\" xfs.b=\"w w\" btrfs.flag");
  EXPECT_EQ(config.options_of("usb_storage", {}), "quirks=1:2:i");
  EXPECT_EQ(config.options_of("ext4", {}), "a=\"v v\"");
  EXPECT_EQ(config.options_of("xfs", {}), "b=\"w w\"");
  EXPECT_EQ(config.options_of("btrfs", {}), "flag");
}

TEST(KernelCommandLine, WhatFollowsTwoDashesIsForInit) {
  EXPECT_TRUE(from_command_line("a -- ext4.x=1").options.empty());
  EXPECT_TRUE(from_command_line("a.b.c=1 .x=1 y. ro").options.empty());
}

TEST(Sources, AFileMasksThoseOfItsNameInLaterDirectories) {
  auto work = kmodern::testing::temporary_directory();
  const std::string& base = work.path();
  kmodern::testing::write_file(base + "/first/a.conf", "blacklist one\n");
  kmodern::testing::write_file(base + "/second/a.conf", "blacklist two\n");
  kmodern::testing::write_file(base + "/second/b.conf", "blacklist three\n");
  kmodern::testing::write_file(base + "/second/.c.conf", "blacklist no\n");
  kmodern::testing::write_file(base + "/second/d.cnf", "blacklist no\n");
  kmodern::testing::write_file(base + "/modules.softdep", "softdep x pre: y\n");
  Config config = config::load({.paths = {base + "/first", base + "/second"},
                                .module_files = {base + "/modules.softdep", base + "/none"},
                                .command_line = "x.p=1"});
  EXPECT_EQ(config.blacklist, names({"one", "three"}));
  EXPECT_EQ(config.softdeps_of("x").before, Names({"y"}));
  EXPECT_EQ(config.options_of("x", {}), "p=1");
  EXPECT_TRUE(config.notices.empty());
}

TEST(Sources, APathThatDoesNotExistIsWarnedOf) {
  Config config =
      config::load({.paths = {"/nonexistent/x.conf"}, .module_files = {}, .command_line = ""});
  ASSERT_EQ(config.notices.size(), 1u);
  EXPECT_TRUE(config.notices[0].warning);
  EXPECT_EQ(config.notices[0].what.subject, "/nonexistent/x.conf");
}
