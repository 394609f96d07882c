#include <gtest/gtest.h>

#include <cerrno>

#include "diagnose/diagnose.h"

namespace kmodern::diagnose {
namespace {

UnloadFacts refused(kernel::LoadedModule module, int code = EWOULDBLOCK) {
  UnloadFacts facts{.module = module.name, .error = Error{code, module.name, "", ""}};
  facts.kernel.name = "linux";
  facts.kernel.loaded = {std::move(module)};
  return facts;
}

std::string text(const UnloadFacts& facts) {
  std::string all;
  for (const Finding& finding : why_not_unloaded(facts)) all += finding.line() + "\n";
  return all;
}

TEST(WhyNotUnloaded, NamesTheModulesThatUseIt) {
  auto why = text(refused({.name = "base", .refcnt = 2, .holders = {"a", "b"}}));
  EXPECT_NE(why.find("unload a, b first"), std::string::npos) << why;
  EXPECT_NE(why.find("modprobe -r --remove-holders base"), std::string::npos) << why;
}

TEST(WhyNotUnloaded, NamesTheMountsOfAFilesystem) {
  auto facts = refused({.name = "ext4", .refcnt = 1});
  facts.mounts = {{"ext4", "/home"}, {"tmpfs", "/tmp"}};
  EXPECT_NE(text(facts).find("/home is mounted with it; `umount /home` first"), std::string::npos);
  EXPECT_EQ(text(facts).find("/tmp"), std::string::npos);
}

TEST(WhyNotUnloaded, SaysHowToFindUsersThatAreNoModules) {
  auto why = text(refused({.name = "loop", .refcnt = 3}));
  EXPECT_NE(why.find("its use count is 3"), std::string::npos) << why;
  EXPECT_NE(why.find("lsof"), std::string::npos) << why;
}

TEST(WhyNotUnloaded, KnowsModulesThatStayForGood) {
  auto why = text(refused({.name = "soft", .permanent = true}, EBUSY));
  EXPECT_NE(why.find("no exit function"), std::string::npos) << why;
}

TEST(WhyNotUnloaded, PassesOnWhatTheKernelKnows) {
  auto facts = refused({.name = "chardev", .refcnt = 1});
  facts.kernel.name = "user:default";
  facts.error.reason = "is used by open file /dev/chardev (pid 42, cat)";
  EXPECT_NE(text(facts).find("pid 42, cat"), std::string::npos);
}

TEST(WhyNotUnloaded, LeavesTheLastWordToAKernelThatKnowsOfACrash) {
  auto facts = refused({.name = "oops", .state = kernel::State::coming}, EBUSY);
  EXPECT_NE(text(facts).find("still running, or has crashed"), std::string::npos) << text(facts);
  facts.error.reason = "it faulted during its init and is pinned";
  EXPECT_EQ(text(facts), "oops: it faulted during its init and is pinned (EBUSY)\n");
}

TEST(WhyNotUnloaded, TellsBuiltInFromMisspelled) {
  UnloadFacts facts{.module = "etx4", .error = {}};
  facts.kernel.loaded = {{.name = "ext4"}};
  EXPECT_NE(text(facts).find("nearly that name: ext4"), std::string::npos);
  facts.builtin = true;
  EXPECT_NE(text(facts).find("part of the kernel itself"), std::string::npos);
}

}  // namespace
}  // namespace kmodern::diagnose
