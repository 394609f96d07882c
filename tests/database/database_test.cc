#include "database/database.h"

#include <gtest/gtest.h>

#include "base/parallel.h"
#include "support/module_directory.h"

using namespace kmodern;
using kmodern::testing::ModuleDirectory;
using Names = std::vector<std::string>;

namespace {

Names looked_up(const database::Database& database, const config::Config& config,
                std::string_view wanted) {
  auto found = database.lookup(config, wanted);
  EXPECT_TRUE(found.has_value());
  Names names;
  for (const database::Found& one : *found) names.push_back(one.module);
  return names;
}

config::Config parsed(std::string_view text) {
  config::Config config;
  config::parse_modprobe_conf(text, "test.conf", config);
  return config;
}

}  // namespace

TEST(Database, GivesPathAndDependenciesInTheOrderOfLoading) {
  ModuleDirectory directory({{"ext4", "jbd2 mbcache crc16"}}, {});
  auto database = directory.database();
  auto module = database.module("ext4");
  ASSERT_TRUE(module.has_value() && module->has_value());
  EXPECT_EQ((*module)->path, directory.path() + "/kernel/ext4.ko");
  ASSERT_EQ((*module)->dependencies.size(), 3u);
  EXPECT_EQ((*module)->dependencies[0], directory.path() + "/kernel/crc16.ko");
  EXPECT_FALSE(database.module("ext5")->has_value());
}

TEST(Database, TheFirstSourceThatKnowsAnythingWins) {
  ModuleDirectory directory({{"ext4", ""}, {"crc16", ""}}, {{"fs_ext4", "ext4"}, {"crc16", "ext4"}},
                            {{"atkbd", ""}});
  auto database = directory.database();
  config::Config config = parsed("alias disk* ext4\nalias disk0 crc16\ninstall only_here true\n");
  EXPECT_EQ(looked_up(database, config, "disk0"), Names({"ext4", "crc16"}));
  EXPECT_EQ(looked_up(database, config, "crc16"), Names({"crc16"}));
  EXPECT_EQ(looked_up(database, config, "fs-ext4"), Names({"ext4"}));
  EXPECT_EQ(looked_up(database, config, "only-here"), Names({"only_here"}));
  EXPECT_EQ(looked_up(database, config, "atkbd"), Names({"atkbd"}));
  EXPECT_EQ(looked_up(database, config, "nothing"), Names());
  EXPECT_EQ(looked_up(database, config, "bad["), Names());
}

TEST(Database, OneModuleThatSeveralPatternsNameIsFoundOnce) {
  ModuleDirectory directory({{"e1000e", ""}}, {{"pci:*", "e1000e"}, {"pci:v1*", "e1000e"}});
  EXPECT_EQ(looked_up(directory.database(), {}, "pci:v12"), Names({"e1000e"}));
}

TEST(Database, TellsAMissingDirectoryFromMissingIndexes) {
  database::Database missing("/nonexistent/lib/modules/6.1.0");
  auto checked = missing.check();
  ASSERT_FALSE(checked.has_value());
  EXPECT_NE(checked.error().cure.find("kernel 6.1.0"), std::string::npos);
  EXPECT_TRUE(missing.lookup({}, "ext4")->empty());

  auto empty = kmodern::testing::temporary_directory();
  checked = database::Database(empty.path()).check();
  ASSERT_FALSE(checked.has_value());
  EXPECT_NE(checked.error().cure.find("depmod"), std::string::npos);
}

TEST(Database, ADamagedIndexIsAnErrorThatNamesTheFile) {
  auto directory = kmodern::testing::temporary_directory();
  kmodern::testing::write_file(directory.path() + "/modules.dep.bin", "not an index");
  auto found = database::Database(directory.path()).module("ext4");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().subject, directory.path() + "/modules.dep.bin");
}

TEST(Database, SuggestsNamesThatAreNear) {
  ModuleDirectory directory({{"ext4", ""}, {"btrfs", ""}, {"usb_storage", ""}}, {});
  auto database = directory.database();
  EXPECT_EQ(database.near_names("etx4"), Names({"ext4"}));
  EXPECT_EQ(database.near_names("usb-storge"), Names({"usb_storage"}));
  EXPECT_EQ(database.near_names("zzzzzz"), Names());
}

TEST(Database, AnswersSeveralThreadsAtOnce) {
  ModuleDirectory directory({{"ext4", "crc16"}}, {{"fs*", "ext4"}});
  auto database = directory.database();
  std::vector<int> right(64);
  parallel_for(
      right.size(),
      [&](std::size_t index, unsigned) {
        auto found = database.lookup({}, "fs-1");
        right[index] = found && found->size() == 1 && database.module("ext4")->has_value();
      },
      4);
  EXPECT_EQ(std::count(right.begin(), right.end(), 1), 64);
}
