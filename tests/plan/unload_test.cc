#include <gtest/gtest.h>

#include "plan/plan.h"
#include "support/module_directory.h"

using namespace kmodern;
using kmodern::testing::ModuleDirectory;
using Names = std::vector<std::string>;

namespace {

const ModuleDirectory& modules() {
  static const ModuleDirectory made(
      {{"top", "middle bottom"}, {"middle", "bottom"}, {"bottom", ""}, {"first", ""}, {"last", ""}},
      {}, {{"inside", ""}});
  return made;
}

const std::vector<plan::Loaded> chain = {
    {"top", 0, {}}, {"middle", 1, {"top"}}, {"bottom", 2, {"top", "middle"}}, {"last", 0, {}}};

struct PlannedUnload {
  std::string configuration{};
  plan::UnloadRequest request{};
  std::vector<plan::Loaded> loaded = chain;

  Result<plan::Plan> of(const std::string& module) const {
    config::Config config;
    config::parse_modprobe_conf(configuration, "test.conf", config);
    return plan::plan_unload(module, request, config, modules().database(), loaded);
  }
  Names names(const std::string& module) const {
    auto plan = of(module);
    if (!plan) ADD_FAILURE() << describe(plan.error());
    Names result;
    if (plan)
      for (const plan::Step& step : plan->steps) result.push_back(step.module);
    return result;
  }
};

}  // namespace

TEST(PlanUnload, WhatNobodyNeedsAnyMoreGoesToo) {
  EXPECT_EQ(PlannedUnload{}.names("top"), Names({"top", "middle", "bottom"}));
}

TEST(PlanUnload, WhatOthersStillUseStays) {
  PlannedUnload planned;
  planned.loaded[2].refcnt = 3;  // a user that is no module
  EXPECT_EQ(planned.names("top"), Names({"top", "middle"}));
}

TEST(PlanUnload, InUseIsAnErrorThatSaysByWhom) {
  auto plan = PlannedUnload{}.of("bottom");
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, EBUSY);
  EXPECT_EQ(plan.error().reason, "used by the modules top, middle");
}

TEST(PlanUnload, HoldersGoFirstIfWished) {
  PlannedUnload planned{.request = {.remove_holders = true}};
  Names names = planned.names("bottom");
  EXPECT_EQ(names, Names({"top", "middle", "bottom"}));
}

TEST(PlanUnload, WaitingAllowsAUseCount) {
  PlannedUnload planned{.request = {.allow_in_use = true}};
  planned.loaded = {{"first", 1, {}}};
  EXPECT_EQ(planned.names("first"), Names({"first"}));
}

TEST(PlanUnload, SoftdepsGoInTheOppositeOrderOfLoading) {
  PlannedUnload planned{.configuration = "softdep top pre: first post: last\n"};
  planned.loaded.push_back({"first", 0, {}});
  EXPECT_EQ(planned.names("top"), Names({"last", "top", "middle", "bottom", "first"}));
}

TEST(PlanUnload, ASoftdepInUseTakesNothingWithIt) {
  PlannedUnload planned{.configuration = "softdep top post: last\n"};
  planned.loaded[3].refcnt = 1;
  EXPECT_EQ(planned.names("top"), Names({"top", "middle", "bottom"}));
}

TEST(PlanUnload, ARemoveCommandTakesThePlaceOfTheRemoval) {
  PlannedUnload planned{.configuration = "remove top echo $CMDLINE_OPTS bye\n"};
  auto plan = planned.of("top");
  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(plan->steps[0].action, plan::Action::remove_command);
  EXPECT_EQ(plan::line(plan->steps[0]), "remove echo  bye");
  planned.request.ignore_commands = true;
  EXPECT_EQ(planned.of("top")->steps[0].action, plan::Action::remove);
}

TEST(PlanUnload, NotLoadedIsNothingToDoAndBuiltinAnError) {
  EXPECT_EQ(PlannedUnload{}.of("first")->nothing, plan::Nothing::not_loaded);
  auto plan = PlannedUnload{}.of("inside");
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, ENOENT);
}
