#include <gtest/gtest.h>

#include "plan/plan.h"
#include "support/module_directory.h"

using namespace kmodern;
using kmodern::testing::ModuleDirectory;
using Names = std::vector<std::string>;

namespace {

// Modules of which `top` needs `middle` and `bottom`; others stand alone.
const ModuleDirectory& directory() {
  static const ModuleDirectory made({{"top", "middle bottom"},
                                     {"middle", "bottom"},
                                     {"bottom", ""},
                                     {"first", ""},
                                     {"last", ""},
                                     {"other", ""}},
                                    {{"dev*", "top"}}, {{"inside", ""}});
  return made;
}

config::Config parsed(std::string_view text) {
  config::Config config;
  config::parse_modprobe_conf(text, "test.conf", config);
  return config;
}

struct Planned {
  config::Config config;
  plan::LoadRequest request{};
  std::vector<plan::Loaded> loaded{};

  plan::Plan of(const std::string& wanted) const {
    auto database = directory().database();
    auto found = database.lookup(config, wanted);
    EXPECT_TRUE(found && !found->empty());
    auto plan = plan::plan_load(found->front(), request, config, database, loaded);
    if (!plan) ADD_FAILURE() << describe(plan.error());
    return plan.value_or(plan::Plan{});
  }
  Names names(const std::string& wanted) const {
    Names result;
    for (const plan::Step& step : of(wanted).steps) result.push_back(step.module);
    return result;
  }
};

}  // namespace

TEST(PlanLoad, DependenciesComeFirst) {
  EXPECT_EQ(Planned{}.names("top"), Names({"bottom", "middle", "top"}));
}

TEST(PlanLoad, WhatIsLoadedIsLeftOutUnlessIgnored) {
  Planned planned{.config = {}, .loaded = {{"bottom", 1, {}}}};
  EXPECT_EQ(planned.names("top"), Names({"middle", "top"}));
  planned.loaded.push_back({"top", 0, {}});
  EXPECT_EQ(planned.of("top").nothing, plan::Nothing::already_loaded);
  planned.request.ignore_loaded = true;
  EXPECT_EQ(planned.names("top"), Names({"bottom", "middle", "top"}));
}

TEST(PlanLoad, SoftdepsStandAroundTheirModule) {
  Planned planned{parsed("softdep top pre: first nowhere post: last\n")};
  auto plan = planned.of("top");
  EXPECT_EQ(planned.names("top"), Names({"bottom", "middle", "first", "top", "last"}));
  EXPECT_FALSE(plan.steps[2].required);
  EXPECT_EQ(plan.steps[2].role, plan::Role::before);
  EXPECT_EQ(plan.steps[2].whose, "top");
  EXPECT_TRUE(plan.steps[0].required);
}

TEST(PlanLoad, SoftdepsOfADependencyHoldToo) {
  Planned planned{parsed("softdep bottom pre: first\nsoftdep bottom pre: other\n")};
  EXPECT_EQ(planned.names("top"), Names({"first", "other", "bottom", "middle", "top"}));
}

TEST(PlanLoad, ACircleOfSoftdepsEnds) {
  Planned planned{parsed("softdep first pre: last\nsoftdep last pre: first\n")};
  EXPECT_EQ(planned.names("first"), Names({"last", "first"}));
}

TEST(PlanLoad, ANeedGoesBeforeAWish) {
  // bottom wishes top before it, but top needs bottom.
  Planned planned{parsed("softdep bottom pre: top\n")};
  EXPECT_EQ(planned.names("bottom"), Names({"bottom", "middle", "top"}));
  EXPECT_EQ(planned.names("top"), Names({"bottom", "middle", "top"}));
}

TEST(PlanLoad, AnInstallCommandIsHonouredAlsoWithASoftdep) {
  Planned planned{
      parsed("install top /bin/false $CMDLINE_OPTS\nsoftdep top pre: first\n"
             "options top a=1\n")};
  planned.request.parameters = "b=2";
  auto plan = planned.of("top");
  ASSERT_EQ(plan.steps.size(), 4u);
  EXPECT_EQ(plan.steps[3].action, plan::Action::install_command);
  EXPECT_EQ(plan::command_line(plan.steps[3]), "/bin/false a=1 b=2");
  EXPECT_EQ(plan::line(plan.steps[3]), "install /bin/false $CMDLINE_OPTS a=1 b=2");
}

TEST(PlanLoad, IgnoringCommandsIsForTheNamedModuleOnly) {
  Planned planned{parsed("install top no\ninstall bottom yes\nsoftdep top pre: first\n")};
  planned.request.ignore_commands = true;
  auto plan = planned.of("top");
  EXPECT_EQ(planned.names("top"), Names({"bottom", "middle", "top"}));
  EXPECT_EQ(plan.steps[0].action, plan::Action::install_command);
  EXPECT_EQ(plan.steps[2].action, plan::Action::insert);
}

TEST(PlanLoad, TheBlacklistStopsAliasesAlwaysNamesIfWishedAndDependenciesNever) {
  Planned planned{parsed("blacklist top\nblacklist bottom\n")};
  EXPECT_EQ(planned.of("dev1").nothing, plan::Nothing::blacklisted);
  EXPECT_EQ(planned.names("top"), Names({"bottom", "middle", "top"}));
  planned.request.blacklist_names = true;
  EXPECT_EQ(planned.of("top").nothing, plan::Nothing::blacklisted);
  planned.loaded.push_back({"top", 0, {}});  // so that --first-time is silent of it, as in kmod
  EXPECT_EQ(planned.of("top").nothing, plan::Nothing::blacklisted);
  EXPECT_EQ(planned.names("middle"), Names({"bottom", "middle"}));
}

TEST(PlanLoad, OptionsOfTheAliasAreForTheRequestedModule) {
  Planned planned{parsed("options dev1 a=1\noptions top b=2\noptions bottom c=3\n")};
  auto plan = planned.of("dev1");
  EXPECT_EQ(plan.steps[0].parameters, "c=3");
  EXPECT_EQ(plan.steps[2].parameters, "a=1 b=2");
}

TEST(PlanLoad, BuiltinIsNothingToDoOrALineIfAllIsShown) {
  Planned planned{};
  EXPECT_EQ(planned.of("inside").nothing, plan::Nothing::already_loaded);
  planned.request.ignore_loaded = true;
  auto plan = planned.of("inside");
  ASSERT_EQ(plan.steps.size(), 1u);
  EXPECT_EQ(plan::line(plan.steps[0]), "builtin inside");
}

TEST(PlanLoad, ABuiltinBringsNoSoftdepsInAsItIsThereAlready) {
  Planned planned{parsed("softdep inside pre: first post: last\n")};
  EXPECT_EQ(planned.of("inside").nothing, plan::Nothing::already_loaded);
}

TEST(PlanLoad, OptionsOfAnAliasHoldWhereASoftdepNamesTheAlias) {
  Planned planned{parsed("softdep other pre: dev1\noptions dev1 a=1\n")};
  plan::Plan plan = planned.of("other");
  ASSERT_EQ(plan.steps.size(), 4u);
  EXPECT_EQ(plan.steps[2].module, "top");
  EXPECT_EQ(plan.steps[2].parameters, "a=1");
}

TEST(PlanLoad, AnAliasThatLeadsNowhereIsAnErrorThatNamesTheModule) {
  config::Config config = parsed("alias x nowhere\n");
  auto database = directory().database();
  auto found = database.lookup(config, "x");
  auto plan = plan::plan_load(found->front(), {}, config, database, {});
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, ENOENT);
  EXPECT_EQ(plan.error().subject, "nowhere");
}

namespace {

// "top: bottom middle first?", the marked ones being wishes.
std::vector<std::string> waiting(const Planned& planned, const std::string& wanted) {
  const plan::Plan plan = planned.of(wanted);
  auto needs = plan::needs(plan, planned.request, planned.config, directory().database()).value();
  std::vector<std::string> result;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    std::string line = plan.steps[i].module + ":";
    for (const plan::Need& need : needs[i])
      line += " " + plan.steps[need.step].module + (need.required ? "" : "?");
    result.push_back(line);
  }
  return result;
}

}  // namespace

TEST(PlanNeeds, AStepWaitsForItsDependenciesAndForWhatItWantsBefore) {
  EXPECT_EQ(
      waiting({parsed("softdep top pre: first nowhere post: last\n")}, "top"),
      Names({"bottom:", "middle: bottom", "first:", "top: bottom middle first?", "last: top?"}));
}

TEST(PlanNeeds, WhatIsLoadedIsNotWaitedFor) {
  EXPECT_EQ(waiting({.config = {}, .loaded = {{"bottom", 0, {}}}}, "top"),
            Names({"middle:", "top: middle"}));
}

TEST(PlanNeeds, ACircleIsOpenWhereThePlanOpensIt) {
  EXPECT_EQ(waiting({parsed("softdep first pre: other\nsoftdep other pre: first\n")}, "first"),
            Names({"other:", "first: other?"}));
}
