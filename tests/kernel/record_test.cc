#include "kernel/record/record.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace kmodern::kernel {
namespace {

TEST(Record, NotesWhatWouldBeDoneAndDoesNothing) {
  RecordKernel kernel;
  ASSERT_TRUE(kernel.load("/nowhere/snd-pcm.ko.xz", {.parameters = "n=1"}));
  ASSERT_TRUE(kernel.unload("snd_pcm", {}));
  ASSERT_EQ(kernel.actions().size(), 2u);
  EXPECT_EQ(kernel.actions()[0].command(), "insmod /nowhere/snd-pcm.ko.xz n=1");
  EXPECT_EQ(kernel.actions()[1].command(), "rmmod snd_pcm");
}

TEST(Record, ListsWhatWouldBeLoadedNewestFirst) {
  RecordKernel kernel;
  ASSERT_TRUE(kernel.load("a.ko", {}));
  ASSERT_TRUE(kernel.load("b.ko", {}));
  auto modules = kernel.modules();
  ASSERT_TRUE(modules);
  ASSERT_EQ(modules->size(), 2u);
  EXPECT_EQ((*modules)[0].name, "b");
  EXPECT_TRUE(kernel.module("a").value().has_value());
}

TEST(Record, RefusesAsAKernelDoes) {
  LoadedModule base{.name = "base", .refcnt = 1, .holders = {"top"}};
  RecordKernel kernel({LoadedModule{.name = "top"}, base});
  EXPECT_EQ(kernel.load("/x/top.ko", {}).error().code, EEXIST);
  EXPECT_EQ(kernel.unload("base", {}).error().code, EWOULDBLOCK);
  EXPECT_EQ(kernel.unload("none", {}).error().code, ENOENT);
  EXPECT_TRUE(kernel.actions().empty());
}

TEST(Record, ReleasesWhatAnUnloadedModuleHeld) {
  LoadedModule base{.name = "base", .refcnt = 1, .holders = {"top"}};
  RecordKernel kernel({LoadedModule{.name = "top"}, base});
  ASSERT_TRUE(kernel.unload("top", {}));
  EXPECT_TRUE(kernel.unload("base", {}));
}

TEST(Record, TellsItsListenerOfEachAction) {
  std::vector<std::string> heard;
  RecordKernel kernel({}, [&](const Action& action) { heard.push_back(action.command()); });
  ASSERT_TRUE(kernel.load("/x/a.ko", {}));
  EXPECT_EQ(heard, std::vector<std::string>{"insmod /x/a.ko"});
}

TEST(Open, NamesTheKernelsThatThereAreForAnUnknownWord) {
  auto kernel = open("windows");
  ASSERT_FALSE(kernel);
  EXPECT_EQ(kernel.error().code, EINVAL);
  EXPECT_NE(kernel.error().cure.find("linux, user, user:NAME or record"), std::string::npos);
}

TEST(Open, TakesTheKernelOfTheEnvironmentUnlessOneIsNamed) {
  ::setenv("KMODERN_KERNEL", "record", 1);
  auto from_environment = open("");
  auto named = open("linux");
  ::unsetenv("KMODERN_KERNEL");
  ASSERT_TRUE(from_environment && named);
  EXPECT_EQ((*from_environment)->describe(), "record");
  EXPECT_EQ((*named)->describe(), "linux");
}

TEST(Open, SaysHowToStartAUserSpaceKernelThatDoesNotRun) {
  auto kernel = open("user:no-such-kernel-runs");
  ASSERT_FALSE(kernel);
  EXPECT_EQ(kernel.error().code, ECONNREFUSED);
  EXPECT_NE(kernel.error().cure.find("kmodern kernel start no-such-kernel-runs"), std::string::npos)
      << kernel.error().cure;
}

}  // namespace
}  // namespace kmodern::kernel
