#include "config/depmod_config.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "config/config_files.h"

namespace kmodern::config {
namespace {

DepmodConfig parse(std::string_view text) {
  DepmodConfig config;
  parse_depmod_config(text, "a.conf", "6.1.0-56-amd64", config);
  return config;
}

TEST(DepmodConfig, KeepsTheOrderOfSearchWithItsTwoKeywords) {
  DepmodConfig config = parse("search updates extra/dkms/ built-in external\n");
  ASSERT_EQ(config.search.size(), 4u);
  EXPECT_EQ(config.search[0].directory, "updates");
  EXPECT_EQ(config.search[1].directory, "extra/dkms");
  EXPECT_EQ(config.search[2].kind, SearchPlace::Kind::built_in);
  EXPECT_EQ(config.search[3].kind, SearchPlace::Kind::external);
}

TEST(DepmodConfig, JoinsLinesAndSkipsComments) {
  DepmodConfig config = parse("# search nothing\n\n  search \\\n  a b\n");
  ASSERT_EQ(config.search.size(), 2u);
  EXPECT_EQ(config.search[1].directory, "b");
  EXPECT_TRUE(config.warnings.empty());
}

TEST(DepmodConfig, TakesOverridesOnlyForMatchingKernels) {
  DepmodConfig config = parse(
      "override snd-hda * extra\n"
      "override e1000 ^6\\.1\\. weak-updates/new\n"
      "override e1000e ^5\\. extra\n");
  ASSERT_EQ(config.overrides.size(), 2u);
  EXPECT_EQ(config.overrides[0].module, "snd_hda");
  EXPECT_EQ(config.overrides[1].module, "e1000");
  EXPECT_EQ(config.overrides[1].directory, "weak-updates/new");
}

TEST(DepmodConfig, ReadsExternalAndExcludedDirectories) {
  DepmodConfig config = parse("external * /opt/a /opt/b\nexternal ^5 /opt/c\nexclude dkms old\n");
  EXPECT_EQ(config.external, (std::vector<std::string>{"/opt/a", "/opt/b"}));
  EXPECT_EQ(config.excluded, (std::vector<std::string>{"dkms", "old"}));
}

TEST(DepmodConfig, NamesTheFileAndLineOfEveryBadLineAndGoesOn) {
  DepmodConfig config =
      parse("serch updates\noverride ext4 extra\nexternal * relative\noverride a *( b\nsearch x\n");
  ASSERT_EQ(config.warnings.size(), 4u);
  EXPECT_EQ(config.warnings[0].subject, "a.conf:1");
  EXPECT_NE(config.warnings[0].reason.find("ignoring bad line starting with 'serch'"),
            std::string::npos);
  EXPECT_EQ(config.warnings[3].subject, "a.conf:4");
  EXPECT_EQ(config.search.size(), 1u);
}

TEST(DepmodConfig, APatternThatWouldGrowWithoutBoundIsRefusedOrMatchedInBoundedMemory) {
  std::string nested = "z";
  for (int i = 0; i < 60; ++i) nested = "(" + nested + ")+";
  DepmodConfig config =
      parse("override e1000 " + nested + " extra\noverride e100 ((6{255}){255}){255} extra\n");
  EXPECT_TRUE(config.overrides.empty());
  ASSERT_EQ(config.warnings.size(), 1u);
  EXPECT_EQ(config.warnings[0].subject, "a.conf:2");
}

TEST(DepmodConfig, SearchesUpdatesFirstWhereNothingIsSaid) {
  std::vector<std::string> nowhere = {"/nonexistent/depmod.d"};
  auto config = load_depmod_config(nowhere, "6.1.0");
  ASSERT_TRUE(config) << describe(config.error());
  ASSERT_EQ(config->search.size(), 1u);
  EXPECT_EQ(config->search[0].directory, "updates");
}

TEST(ConfigFiles, AnEarlierFolderHidesAFileOfTheSameNameAndNamesAreSorted) {
  auto root = TemporaryDirectory::create();
  ASSERT_TRUE(root);
  std::string first = root->path() + "/first", second = root->path() + "/second";
  std::filesystem::create_directories(first);
  std::filesystem::create_directories(second);
  for (const std::string& path : {first + "/b.conf", second + "/a.conf", second + "/b.conf",
                                  second + "/.hidden.conf", second + "/readme"})
    std::ofstream(path) << "\n";
  std::vector<std::string> folders = {first, second};
  auto files = config_files("depmod.d", folders);
  ASSERT_TRUE(files);
  EXPECT_EQ(*files, (std::vector<std::string>{second + "/a.conf", first + "/b.conf"}));
}

TEST(ConfigFiles, TakesASingleFileOfAnyName) {
  auto root = TemporaryDirectory::create();
  ASSERT_TRUE(root);
  std::ofstream(root->path() + "/mine") << "search x\n";
  std::vector<std::string> paths = {root->path() + "/mine"};
  auto config = load_depmod_config(paths, "6.1.0");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->search.at(0).directory, "x");
}

}  // namespace
}  // namespace kmodern::config
