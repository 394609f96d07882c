#include "daemon/watch.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>

#include "support/files.h"

namespace kmodern::daemon {
namespace {

bool readable(const ConfigWatch& watch) {
  pollfd ready{watch.descriptor(), POLLIN, 0};
  return ::poll(&ready, 1, 30'000) == 1;
}

TEST(ConfigWatch, NoticesWhatIsWrittenRenamedAndRemoved) {
  const auto folder = testing::temporary_directory();
  const std::string file = folder.path() + "/kerneld.toml";
  auto watch = ConfigWatch::create({{folder.path(), "kerneld.toml"}});
  ASSERT_TRUE(watch) << describe(watch.error());
  EXPECT_FALSE(watch->changed());
  testing::write_file(file, "x");
  ASSERT_TRUE(readable(*watch));
  EXPECT_TRUE(watch->changed());
  EXPECT_FALSE(watch->changed());
  std::filesystem::rename(file, folder.path() + "/other");
  EXPECT_TRUE(watch->changed());
  std::filesystem::rename(folder.path() + "/other", file);
  EXPECT_TRUE(watch->changed());
  std::filesystem::remove(file);
  EXPECT_TRUE(watch->changed());
}

TEST(ConfigWatch, PassesOverOtherFiles) {
  const auto folder = testing::temporary_directory();
  auto watch = ConfigWatch::create({{folder.path(), ".conf"}});
  ASSERT_TRUE(watch) << describe(watch.error());
  testing::write_file(folder.path() + "/a.conf.dpkg-new", "x");
  EXPECT_FALSE(watch->changed());
  testing::write_file(folder.path() + "/a.conf", "x");
  EXPECT_TRUE(watch->changed());
}

TEST(ConfigWatch, WatchesAFolderFromWhenItComes) {
  const auto folder = testing::temporary_directory();
  const std::string rules = folder.path() + "/policy.d";
  auto watch = ConfigWatch::create({{folder.path(), "policy.d"}, {rules, ".toml"}});
  ASSERT_TRUE(watch) << describe(watch.error());
  std::filesystem::create_directory(rules);
  EXPECT_TRUE(watch->changed());
  testing::write_file(rules + "/10.toml", "x");
  EXPECT_TRUE(watch->changed());
}

}  // namespace
}  // namespace kmodern::daemon
