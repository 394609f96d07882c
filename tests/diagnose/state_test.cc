#include "diagnose/state.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kmodern::diagnose {
namespace {

std::string text(const StateFacts& facts) { return fmt::format("{}", fmt::join(why(facts), "\n")); }

StateFacts about(const std::string& name) {
  StateFacts facts{.wanted = name, .module = name};
  facts.kernel.release = "6.1.0";
  return facts;
}

TEST(Why, SaysWhatHoldsALoadedModule) {
  auto facts = about("base");
  facts.kernel.loaded = {{.name = "base", .size = 4096, .refcnt = 2, .holders = {"top"}}};
  EXPECT_NE(text(facts).find("base is loaded (live, 4096 bytes)"), std::string::npos);
  EXPECT_NE(text(facts).find("held by top"), std::string::npos) << text(facts);
  EXPECT_NE(text(facts).find("in use by 1 user that is not a module"), std::string::npos);
}

TEST(Why, SaysInWordsHowALoadedModuleTaintsTheKernel) {
  auto facts = about("own");
  facts.kernel.loaded = {{.name = "own", .taints = "OE"}};
  EXPECT_NE(text(facts).find("taints the kernel: O out-of-tree module, E unsigned module"),
            std::string::npos)
      << text(facts);
}

TEST(Why, SaysWhatLoadingWouldBring) {
  auto facts = about("ext4");
  facts.path = "/lib/modules/6.1.0/kernel/fs/ext4/ext4.ko";
  facts.dependencies = {"crc16", "jbd2"};
  facts.kernel.loaded = {{.name = "crc16"}};
  EXPECT_NE(text(facts).find("ext4 is not loaded"), std::string::npos);
  EXPECT_NE(text(facts).find("would first load jbd2\n"), std::string::npos) << text(facts);
}

TEST(Why, SaysWhatKeepsAModuleAway) {
  auto facts = about("pcspkr");
  facts.blacklisted = true;
  facts.install_command = "/bin/false";
  EXPECT_NE(text(facts).find("blacklisted"), std::string::npos);
  EXPECT_NE(text(facts).find("run: /bin/false"), std::string::npos);
}

TEST(Why, SaysThatANameLeadsNowhere) {
  StateFacts facts{.wanted = "etx4", .near = {"ext4"}};
  facts.kernel.release = "6.1.0";
  EXPECT_EQ(text(facts),
            "nothing that is installed for kernel 6.1.0 is called etx4\ndid you mean ext4?");
}

TEST(Why, NamesTheModuleBehindAnAlias) {
  auto facts = about("unix");
  facts.wanted = "net-pf-1";
  facts.builtin = true;
  EXPECT_NE(text(facts).find("net-pf-1 is an alias of unix"), std::string::npos);
  EXPECT_NE(text(facts).find("part of the kernel itself"), std::string::npos);
}

}  // namespace
}  // namespace kmodern::diagnose
