#include "config/modules_conf.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>

#include "support/files.h"

using namespace kmodern;
using config::Config;
using config::ModulesConf;

namespace {

using Names = std::vector<std::string>;

// Files that includes and -f find.
ModulesConf parsed(std::string_view text, const std::map<std::string, std::string>& files = {}) {
  return config::parse_modules_conf(
      text, "modules.conf",
      {.read = [&](const std::string& path) -> Result<std::string> {
         if (auto at = files.find(path); at != files.end()) return at->second;
         return fail(ENOENT, path, "cannot open");
       },
       .surroundings = {.exists = [&](const std::string& path) { return files.contains(path); }}});
}

// "alias -> module", in order.
Names aliases(const ModulesConf& classic) {
  Names result;
  for (const auto& one : classic.aliases) result.push_back(one.pattern + " -> " + one.module);
  return result;
}

Config added(std::string_view text, std::string_view modprobe_d = "") {
  Config config;
  config::parse_modprobe_conf(modprobe_d, "test.conf", config);
  config::add_modules_conf(parsed(text), config);
  return config;
}

std::string install_of(const Config& config, std::string_view module) {
  const config::Command* command = config.install_command(module);
  return command == nullptr ? "" : command->text;
}

}  // namespace

TEST(ModulesConf, AnAliasLeadsToItsModuleAndTheLastOneCounts) {
  const auto classic = parsed("alias eth0 ne2k-pci # the old card\nalias eth0 3c59x\n");
  EXPECT_EQ(aliases(classic), Names({"eth0 -> 3c59x"}));
}

TEST(ModulesConf, AnAliasOfAnAliasIsFollowed) {
  const auto classic = parsed("alias sound-slot-0 card\nalias card sb\n");
  EXPECT_EQ(aliases(classic), Names({"sound_slot_0 -> sb", "card -> sb"}));
}

TEST(ModulesConf, ACircleOfAliasesIsRefusedWithItsLines) {
  const auto classic = parsed("alias a b\nalias b a\nalias x x\n");
  EXPECT_TRUE(classic.aliases.empty());
  ASSERT_EQ(classic.refused.size(), 2u);
  EXPECT_EQ(classic.refused[1].line.number, 2u);
}

TEST(ModulesConf, OffFailsARequestAndNullGrantsItWithoutAModule) {
  const Config config = added("alias net-pf-10 off\nalias char-major-* null\n");
  EXPECT_EQ(install_of(config, "net_pf_10"), "/bin/false");
  EXPECT_EQ(install_of(config, "char_major_14"), "/bin/true");
  EXPECT_TRUE(config.aliases.empty());
}

TEST(ModulesConf, OptionsReplaceEarlierOnesUnlessAdded) {
  EXPECT_EQ(added("options sb io=0x220\noptions sb irq=5\n").options_of("sb", {}), "irq=5");
  EXPECT_EQ(added("options sb io=0x220\nadd options sb irq=5\n").options_of("sb", {}),
            "io=0x220 irq=5");
}

TEST(ModulesConf, AnOptionsQuotesBecomeThoseOfTheKernel) {
  EXPECT_EQ(added("options x name='two words' \"b=1\"\n").options_of("x", {}),
            "name=\"two words\" b=1");
}

TEST(ModulesConf, BelowIsLoadedBeforeAndAboveBehind) {
  const Config config = added("below sb uart401 sound\nabove sb adlib_card\nadd above sb mpu401\n");
  const auto softdeps = config.softdeps_of("sb");
  EXPECT_EQ(softdeps.before, Names({"uart401", "sound"}));
  EXPECT_EQ(softdeps.after, Names({"adlib_card", "mpu401"}));
}

TEST(ModulesConf, CommandsBeforeAndBehindStandAroundTheLoading) {
  EXPECT_EQ(
      install_of(added("pre-install a echo one\npost-install a echo two &\n"), "a"),
      "( echo one ) && modprobe --ignore-install a $CMDLINE_OPTS && { ( echo two & ); true; }");
  EXPECT_EQ(install_of(added("pre-install a x\ninstall a insmod a\n"), "a"),
            "( x ) && ( insmod a )");
  EXPECT_EQ(install_of(added("install a insmod a\n"), "a"), "insmod a");
}

TEST(ModulesConf, CommandsStandAroundTheRemovingToo) {
  const Config config = added("pre-remove a save\npost-remove a off\nremove b rmmod b\n");
  ASSERT_NE(config.remove_command("a"), nullptr);
  EXPECT_EQ(config.remove_command("a")->text,
            "( save ) && modprobe -r --ignore-remove a && { ( off ); true; }");
  EXPECT_EQ(config.remove_command("b")->text, "rmmod b");
}

TEST(ModulesConf, ProbeTakesTheFirstThatLoadsAndProbeallAll) {
  const Config config = added(
      "probe eth0 ne 3c59x\nprobeall scsi_hostadapter aic7xxx\n"
      "add probeall scsi_hostadapter st\n");
  EXPECT_EQ(install_of(config, "eth0"), "modprobe -q ne || modprobe -q 3c59x");
  EXPECT_EQ(install_of(config, "scsi_hostadapter"),
            "loaded=1; modprobe -q aic7xxx && loaded=0; modprobe -q st && loaded=0; exit $loaded");
}

TEST(ModulesConf, BackquotesAndVariablesOfTheShellAreRefusedByFileAndLine) {
  for (const char* line :
       {"alias eth0 `cat /etc/card`", "options a b=$(id)", "options a b=$HOME", "alias a ${b:-c}",
        "path[net]=/lib/modules/`uname -r`/net", "define A \"`id`\"", "include /etc/$HOST"}) {
    const Config config = added(std::string("\n") + line + "\n");
    ASSERT_EQ(config.notices.size(), 1u) << line;
    EXPECT_EQ(config.notices[0].what.subject, "modules.conf line 2") << line;
    EXPECT_EQ(config.notices[0].what.code, EPERM) << line;
    EXPECT_FALSE(config.notices[0].warning) << line;
    EXPECT_TRUE(config.aliases.empty() && config.options.empty()) << line;
  }
}

TEST(ModulesConf, WhatTheFileDefinesMayBeUsedInIt) {
  const Config config = added("define IO 0x220\noptions sb io=$IO irq=${IO}1 t='$IO'\n");
  EXPECT_TRUE(config.notices.empty());
  EXPECT_EQ(config.options_of("sb", {}), "io=0x220 irq=0x2201 t=$IO");
}

TEST(ModulesConf, OneBranchOfAConditionCounts) {
  const std::string text =
      "if -f /etc/a\nalias x a\nelseif -f /etc/b\nalias x b\nelse\nalias x c\nendif\n";
  EXPECT_EQ(aliases(parsed(text, {{"/etc/a", ""}, {"/etc/b", ""}})), Names({"x -> a"}));
  EXPECT_EQ(aliases(parsed(text, {{"/etc/b", ""}})), Names({"x -> b"}));
  EXPECT_EQ(aliases(parsed(text)), Names({"x -> c"}));
}

TEST(ModulesConf, AConditionInsideOfOneThatDoesNotHoldIsNotReached) {
  const auto classic = parsed("if 0\nif 1\nalias x a\nelse\nalias x b\nendif\nendif\nalias y z\n");
  EXPECT_EQ(aliases(classic), Names({"y -> z"}));
  EXPECT_TRUE(classic.refused.empty());
}

TEST(ModulesConf, ConditionsCompareTextsOrNumbers) {
  const std::map<std::string, bool> answers = {
      {"a == a", true},     {"a != a", false},    {"10 < 9", true}, {"-n 10 < 9", false},
      {"-n 10 >= 9", true}, {"! -n 9 > 9", true}, {"1", true},      {"false", false},
      {"\"\"", false},      {"-k", false},        {"! -k", true},   {"-f /nowhere", false}};
  for (const auto& [condition, holds] : answers)
    EXPECT_EQ(parsed("if " + condition + "\nalias x y\nendif\n").aliases.size(), holds ? 1u : 0u)
        << condition;
}

TEST(ModulesConf, AConditionnThatCannotBeToldTakesNoBranch) {
  const auto classic =
      parsed("if `kernelversion` == 2.4\nalias x a\nelse\nalias x b\nendif\nalias y z\n");
  EXPECT_EQ(aliases(classic), Names({"y -> z"}));
  ASSERT_EQ(classic.refused.size(), 1u);
  EXPECT_EQ(classic.refused[0].line.number, 1u);
}

TEST(ModulesConf, AConditionWithoutItsEndIsTold) {
  const auto classic = parsed("alias a b\nif 1\nalias c d\n");
  EXPECT_EQ(classic.aliases.size(), 2u);
  ASSERT_EQ(classic.refused.size(), 1u);
  EXPECT_EQ(classic.refused[0].line.number, 2u);
  EXPECT_EQ(parsed("else\nendif\n").refused.size(), 2u);
}

TEST(ModulesConf, AnIncludedFileIsReadInItsPlaceAndNamedInMessages) {
  const auto classic = parsed("define M sb\ninclude /etc/more\nalias z $N\n",
                              {{"/etc/more", "alias card $M\nwobble\ndefine N n\n"}});
  EXPECT_EQ(aliases(classic), Names({"card -> sb", "z -> n"}));
  ASSERT_EQ(classic.refused.size(), 1u);
  EXPECT_EQ(classic.refused[0].line.file, "/etc/more");
  EXPECT_EQ(classic.refused[0].line.number, 2u);
}

TEST(ModulesConf, FilesThatIncludeEachOtherEnd) {
  const auto classic = parsed("include /a\n", {{"/a", "alias x y\ninclude /a\n"}});
  EXPECT_EQ(classic.aliases.size(), 1u);
  ASSERT_EQ(classic.refused.size(), 1u);
  EXPECT_EQ(classic.refused[0].why.code, ELOOP);
}

TEST(ModulesConf, WhatHasNoEffectAnyMoreIsKnown) {
  const auto classic = parsed(
      "keep\npath=/lib/a\npath[net]=/lib/b\ndepfile=/x\ninsmod_opt=-k\npcimapfile=/m\nprune x\n"
      "persistdir=/p\ngeneric_stringfile=/g\n");
  EXPECT_EQ(classic.idle.size(), 9u);
  EXPECT_TRUE(classic.refused.empty());
}

TEST(ModulesConf, LinesAreJoinedAndCommentsMayStandBehind) {
  const auto classic = parsed("alias \\\n  eth0 \\\r\n 3c59x # c\n# alias a b\nwobble 'a # b'\n");
  EXPECT_EQ(aliases(classic), Names({"eth0 -> 3c59x"}));
  ASSERT_EQ(classic.refused.size(), 1u);
  EXPECT_EQ(classic.refused[0].line.number, 5u);
  EXPECT_EQ(classic.refused[0].line.text, "wobble 'a # b'");
}

TEST(ModulesConf, ModprobeDGoesBeforeIt) {
  const Config config = added("alias eth0 old\nalias eth1 old\noptions a n=1\npre-install b x\n",
                              "alias eth0 new\noptions a n=2\ninstall b y\n");
  ASSERT_EQ(config.aliases.size(), 2u);
  EXPECT_EQ(config.aliases[0].module, "new");
  EXPECT_EQ(config.aliases[1].pattern, "eth1");
  EXPECT_EQ(config.options_of("a", {}), "n=1 n=2");  // the kernel takes the last
  EXPECT_EQ(install_of(config, "b"), "y");
}

TEST(ModulesConf, AFileOfThatNameIsReadAsOne) {
  const auto folder = kmodern::testing::temporary_directory();
  kmodern::testing::write_file(folder.path() + "/modules.conf", "below sb sound\n");
  const Config config = config::load({.paths = {folder.path() + "/modules.conf"}});
  EXPECT_TRUE(config.notices.empty());
  EXPECT_EQ(config.softdeps_of("sb").before, Names({"sound"}));
}

TEST(ModulesConf, WrittenForModprobeDItSaysTheSame) {
  const auto classic = parsed(
      "alias eth0 3c59x\nalias a off\noptions sb io=1\nbelow sb sound\nabove sb mpu\n"
      "pre-install b sed 's/\\./x/' f\nremove b rmmod b\n");
  Config read;
  config::parse_modprobe_conf(config::modprobe_conf_text(classic), "written", read);
  Config direct;
  config::add_modules_conf(classic, direct);
  EXPECT_TRUE(read.notices.empty());
  EXPECT_EQ(read.aliases.size(), 1u);
  EXPECT_EQ(read.options_of("sb", {}), direct.options_of("sb", {}));
  EXPECT_EQ(read.softdeps_of("sb").after, Names({"mpu"}));
  EXPECT_EQ(install_of(read, "b"), install_of(direct, "b"));
  EXPECT_EQ(install_of(read, "a"), "/bin/false");
  EXPECT_EQ(read.remove_command("b")->text, "rmmod b");
}

TEST(ModulesConf, WhatCannotBeCarriedOverStandsInComments) {
  const std::string text = config::modprobe_conf_text(parsed("keep\n\nalias a `b`\n"));
  EXPECT_NE(text.find("# not carried over: modules.conf line 3: alias a `b`"), text.npos) << text;
  EXPECT_NE(text.find("# not carried over: modules.conf line 1: keep"), text.npos) << text;
}
