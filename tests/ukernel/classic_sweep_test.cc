// delete_module(NULL): which modules the sweep of Linux 2.4 takes, and when.
#include "ukernel/classic_image.h"

namespace kmodern::test {
namespace {

using ClassicSweep = ClassicTest;
using Names = std::vector<std::string>;

TEST_F(ClassicSweep, TakesAnIdleModuleAtTheSecondPass) {
  use_once(insert_autoclean("idle"));
  EXPECT_GOOD(kernel_->remove_idle());  // takes VISITED away
  EXPECT_EQ(loaded(), Names{"idle"});
  EXPECT_EQ(info("idle").flags & classic::visited, 0u);
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{});
  EXPECT_EQ(kernel_->memory(), 0u);
}

TEST_F(ClassicSweep, GivesASecondChanceToWhatWasVisitedBetweenThePasses) {
  const std::uint64_t busy = insert_autoclean("busy");
  for (int pass = 0; pass < 5; ++pass) {
    use_once(busy);
    EXPECT_GOOD(kernel_->remove_idle());
    EXPECT_EQ(loaded(), Names{"busy"});
  }
}

TEST_F(ClassicSweep, LeavesWhatWasNeverUsed) {
  insert_autoclean("unused");
  for (int pass = 0; pass < 3; ++pass) EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{"unused"});
}

TEST_F(ClassicSweep, LeavesWhatIsNotAutoclean) {
  auto kept = insert({.name = "kept"});
  ASSERT_TRUE(kept) << describe(kept.error());
  use_once(*kept);
  for (int pass = 0; pass < 3; ++pass) EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{"kept"});
}

TEST_F(ClassicSweep, LeavesWhatIsInUse) {
  const std::uint64_t used = insert_autoclean("used");
  open(used);
  for (int pass = 0; pass < 3; ++pass) EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{"used"});
  close(used);
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{});
}

TEST_F(ClassicSweep, CountsWhatTheModulesCodeCounts) {
  // inc dword [rip + struct module's usecount]; or dword [rip + its flags], VISITED | USED_ONCE;
  // return 0.
  std::string counts("\xff\x05\x1a\xf0\xff\xff\x83\x0d\x1b\xf0\xff\xff\x18\x31\xc0\xc3", 16);
  auto counting = insert({.name = "counting", .flags = classic::autoclean, .init = counts});
  ASSERT_TRUE(counting) << describe(counting.error());
  EXPECT_EQ(info("counting").usecount, 1);
  EXPECT_EQ(info("counting").flags,
            classic::running | classic::autoclean | classic::visited | classic::used_once);
  for (int pass = 0; pass < 3; ++pass) EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{"counting"});
}

TEST_F(ClassicSweep, CollapsesAChainInOnePass) {
  const std::uint64_t bottom = insert_autoclean("bottom");
  const std::uint64_t middle = insert_autoclean("middle", {bottom});
  const std::uint64_t top = insert_autoclean("top", {middle});
  use_once(bottom);  // VISITED; JUST_FREED passes over that
  use_once(middle);
  use_once(top);
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), (Names{"top", "middle", "bottom"}));
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{});
}

TEST_F(ClassicSweep, LeavesWhatTheChainUsedIfItIsNotAutoclean) {
  auto base = insert({.name = "base"});
  ASSERT_TRUE(base);
  use_once(insert_autoclean("top", {*base}));
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{"base"});
  EXPECT_EQ(info("base").flags, classic::running | classic::used_once);  // no JUST_FREED is left
}

TEST_F(ClassicSweep, RepeatsUntilARoundFreesNothing) {
  // While "old" goes, "visited" loses its mark; the round after that takes it as well.
  const std::uint64_t old = insert_autoclean("old");
  use_once(old);
  EXPECT_GOOD(kernel_->remove_idle());
  use_once(insert_autoclean("visited"));
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{});
}

TEST_F(ClassicSweep, AsksCanUnloadInsteadOfTheCount) {
  auto stays = insert({.name = "stays", .flags = classic::autoclean, .can_unload = returns_5});
  ASSERT_TRUE(stays) << describe(stays.error());
  use_once(*stays);
  auto goes = insert({.name = "goes", .flags = classic::autoclean, .can_unload = returns_0});
  ASSERT_TRUE(goes) << describe(goes.error());
  open(*goes);  // its count says that it is in use
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{"stays"});
}

TEST_F(ClassicSweep, TakesModulesOfToday) {
  std::string image = *read_file(build_module("modern", plain));
  kernel::LoadOptions options;
  options.autoclean = true;
  EXPECT_GOOD(kernel_->load(ByteView(image), "modern.ko", options));
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{"modern"});  // never used
  use_once(info("modern").address);
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{"modern"});
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{});
}

TEST_F(ClassicSweep, TakesWhatWasLoadedOnDemandAlsoIfNobodyUsedIt) {
  std::string image = *read_file(build_module("modern", plain));
  const kernel::LoadOptions options{.autoclean = true, .on_demand = true};
  EXPECT_GOOD(kernel_->load(ByteView(image), "modern.ko", options));
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{"modern"});  // who asked for it may be about to come
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), Names{});
}

TEST_F(ClassicSweep, GivesModulesOfTodayASecondChanceAlsoWhereOthersGoInTheSameSweep) {
  use_once(insert_autoclean("idle"));
  EXPECT_GOOD(kernel_->remove_idle());
  std::string image = *read_file(build_module("fresh", plain));
  const kernel::LoadOptions options{.autoclean = true, .on_demand = true};
  EXPECT_GOOD(kernel_->load(ByteView(image), "fresh.ko", options));
  EXPECT_EQ(kernel_->remove_idle(), Names{"idle"});
  EXPECT_EQ(loaded(), Names{"fresh"});
}

TEST_F(ClassicSweep, TakesWhatOnlyAModuleOfTodayUsed) {
  std::string base = *read_file(build_module(
      "base", std::string("int base_value(void) { return 5; } EXPORT(base_value);") + plain));
  std::string top = *read_file(build_module("top",
                                            "extern int base_value(void);"
                                            "VERSION(\"base_value\", 0);"
                                            "int init_module(void) { return base_value() - 5; }"
                                            "void cleanup_module(void) { }"));
  kernel::LoadOptions options;
  options.autoclean = true;
  EXPECT_GOOD(kernel_->load(ByteView(base), "base.ko", options));
  EXPECT_GOOD(kernel_->load(ByteView(top), "top.ko", options));
  EXPECT_EQ(info("base").flags, classic::running | classic::autoclean | classic::used_once);
  use_once(info("top").address);
  EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(loaded(), (Names{"top", "base"}));
  EXPECT_EQ(kernel_->remove_idle(), (Names{"top", "base"}));
  EXPECT_EQ(loaded(), Names{});
}

TEST_F(ClassicSweep, PinsAModuleWhoseCleanupFaults) {
  auto bad = insert({.name = "bad", .flags = classic::autoclean, .cleanup = faults});
  ASSERT_TRUE(bad) << describe(bad.error());
  use_once(*bad);
  for (int pass = 0; pass < 3; ++pass) EXPECT_GOOD(kernel_->remove_idle());
  EXPECT_EQ(kernel_->faulted(), Names{"bad"});
}

}  // namespace
}  // namespace kmodern::test
