#include "database/module_tree.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/files.h"

namespace kmodern::database {
namespace {

using config::DepmodConfig;
using kmodern::testing::temporary_directory;
using kmodern::testing::write_file;

DepmodConfig configured(std::string_view text) {
  DepmodConfig config;
  config::parse_depmod_config(text, "test.conf", "6.1.0", config);
  return config;
}

// The relative paths that a scan finds, sorted.
std::vector<std::string> found(const std::string& directory, const DepmodConfig& config) {
  auto tree = scan_module_tree(directory, config, false);
  std::vector<std::string> paths;
  if (!tree) {
    ADD_FAILURE() << describe(tree.error());
    return paths;
  }
  for (const ModuleCandidate& module : tree->modules) paths.push_back(module.relative);
  return paths;
}

using Paths = std::vector<std::string>;

TEST(ModuleTree, FindsPlainAndCompressedModulesAndNothingElse) {
  const auto root = temporary_directory();
  for (const char* name : {"kernel/a.ko", "kernel/b.ko.xz", "kernel/deep/er/c.ko.zst", "d.ko.gz",
                           "kernel/readme.txt", "kernel/e.ko.bz2", "kernel/.ko"})
    write_file(root.path() + "/" + name, "");
  EXPECT_EQ(found(root.path(), {}),
            (Paths{"d.ko.gz", "kernel/a.ko", "kernel/b.ko.xz", "kernel/deep/er/c.ko.zst"}));
}

TEST(ModuleTree, DoesNotEnterBuildSourceAndExcludedFolders) {
  const auto root = temporary_directory();
  for (const char* name : {"build/a.ko", "source/b.ko", "kernel/old/c.ko", "kernel/d.ko"})
    write_file(root.path() + "/" + name, "");
  EXPECT_EQ(found(root.path(), configured("exclude old\n")), Paths{"kernel/d.ko"});
}

TEST(ModuleTree, FollowsLinksButNotRoundInACircle) {
  const auto root = temporary_directory();
  write_file(root.path() + "/elsewhere/a.ko", "");
  write_file(root.path() + "/tree/kernel/b.ko", "");
  std::filesystem::create_directory_symlink(root.path() + "/elsewhere", root.path() + "/tree/weak");
  std::filesystem::create_directory_symlink("..", root.path() + "/tree/kernel/up");
  std::filesystem::create_symlink(root.path() + "/elsewhere/a.ko", root.path() + "/tree/c.ko");
  EXPECT_EQ(found(root.path() + "/tree", {}), (Paths{"c.ko", "kernel/b.ko", "weak/a.ko"}));
}

TEST(ModuleTree, ReportsALinkToNothing) {
  const auto root = temporary_directory();
  std::filesystem::create_symlink("/nonexistent/x.ko", root.path() + "/x.ko");
  std::filesystem::create_symlink("/nonexistent/x", root.path() + "/not-a-module");
  auto tree = scan_module_tree(root.path(), {}, false);
  ASSERT_TRUE(tree);
  ASSERT_EQ(tree->errors.size(), 1u);
  EXPECT_EQ(tree->errors[0].subject, root.path() + "/x.ko");
  EXPECT_EQ(tree->errors[0].code, ENOENT);
}

// Two files of one module name, and which is used.
Paths winner(std::string_view config, const std::string& one, const std::string& other) {
  const auto root = temporary_directory();
  write_file(root.path() + "/" + one, "");
  write_file(root.path() + "/" + other, "");
  return found(root.path(), configured(config));
}

TEST(ModuleTree, UpdatesComeBeforeTheKernelsOwn) {
  EXPECT_EQ(winner("search updates\n", "kernel/m.ko", "updates/m.ko"), Paths{"updates/m.ko"});
}

TEST(ModuleTree, ATieGoesToThePathThatSortsFirst) {
  EXPECT_EQ(winner("search updates\n", "kernel/m.ko", "extra/m.ko"), Paths{"extra/m.ko"});
  EXPECT_EQ(winner("search updates\n", "kernel/m.ko.xz", "kernel/m.ko"), Paths{"kernel/m.ko"});
}

TEST(ModuleTree, SearchListsTheHighestPriorityFirst) {
  EXPECT_EQ(winner("search zoo extra built-in\n", "zoo/m.ko", "extra/m.ko"), Paths{"zoo/m.ko"});
  EXPECT_EQ(winner("search zoo built-in extra\n", "kernel/m.ko", "extra/m.ko"),
            Paths{"kernel/m.ko"});
  EXPECT_EQ(winner("search zoo\nsearch extra\n", "zoo/m.ko", "extra/m.ko"), Paths{"zoo/m.ko"});
}

TEST(ModuleTree, ASearchFolderIsNotTheBeginningOfAnothersName) {
  EXPECT_EQ(winner("search kern\n", "kernel/m.ko", "extra/m.ko"), Paths{"extra/m.ko"});
}

TEST(ModuleTree, AnOverrideCountsMoreThanTheSearchOrder) {
  EXPECT_EQ(
      winner("search updates\noverride snd-m * weird\n", "weird/snd_m.ko", "updates/snd-m.ko"),
      Paths{"weird/snd_m.ko"});
  EXPECT_EQ(winner("override m * b\noverride m * c\n", "b/m.ko", "c/m.ko"), Paths{"c/m.ko"});
  EXPECT_EQ(winner("override other * zoo\n", "zoo/m.ko", "kernel/m.ko"), Paths{"kernel/m.ko"});
}

TEST(ModuleTree, ExternalDirectoriesAreSearchedByTheirPlaceInTheList) {
  const auto root = temporary_directory();
  write_file(root.path() + "/tree/kernel/m.ko", "");
  write_file(root.path() + "/one/m.ko", "");
  write_file(root.path() + "/two/m.ko", "");
  const std::string external = "external * " + root.path() + "/two " + root.path() + "/one\n";
  const std::string tree = root.path() + "/tree";
  EXPECT_EQ(found(tree, configured("search external built-in\n" + external)),
            Paths{root.path() + "/two/m.ko"});
  EXPECT_EQ(found(tree, configured("search built-in external\n" + external)), Paths{"kernel/m.ko"});
}

TEST(ModuleTree, ModulesOrderKnowsModulesByTheirPlainNames) {
  std::vector<ModuleCandidate> modules = {{"z", "", "extra/z.ko"},
                                          {"a", "", "kernel/a.ko.zst"},
                                          {"b", "", "kernel/b.ko.zst"},
                                          {"x", "", "extra/x.ko"}};
  sort_by_modules_order(modules, "kernel/b.ko\nkernel/gone.ko\nkernel/a.ko.zst\n");
  Paths order;
  for (const ModuleCandidate& module : modules) order.push_back(module.name);
  EXPECT_EQ(order, (Paths{"b", "a", "x", "z"}));
}

TEST(ModuleTree, NamedFilesMustBeAbsoluteModules) {
  const auto root = temporary_directory();
  write_file(root.path() + "/tree/kernel/m.ko", "");
  write_file(root.path() + "/n.ko", "");
  auto tree = named_modules(root.path() + "/tree",
                            {root.path() + "/tree/kernel/m.ko", root.path() + "/n.ko"});
  ASSERT_TRUE(tree) << describe(tree.error());
  EXPECT_EQ(tree->modules.at(0).relative, root.path() + "/n.ko");
  EXPECT_EQ(tree->modules.at(1).relative, "kernel/m.ko");
  EXPECT_EQ(named_modules(root.path(), {"tree/kernel/m.ko"}).error().code, EINVAL);
  EXPECT_EQ(named_modules(root.path(), {root.path() + "/gone.ko"}).error().code, ENOENT);
  EXPECT_EQ(named_modules(root.path(), {root.path() + "/text"}).error().code, EINVAL);
}

}  // namespace
}  // namespace kmodern::database
