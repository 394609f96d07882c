#include "database/depmod.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "base/text.h"
#include "database/small_module.h"

namespace kmodern::database {
namespace {

using kmodern::testing::write_file;
using testing::SmallModule;
namespace fs = std::filesystem;

// A module directory of small modules.
class Depmod : public ::testing::Test {
 protected:
  void add(const std::string& path, const SmallModule& module) {
    write_file(directory() + "/" + path, module.build());
  }
  std::string directory() const { return root_.path() + "/lib/modules/6.1.0"; }
  std::string text(const std::string& name) const {
    return read_file(directory() + "/" + name).value_or("(missing)");
  }
  DepmodOptions options() const {
    return {.directory = directory(),
            .output_directory = directory(),
            .release = "6.1.0",
            .config_paths = {root_.path() + "/depmod.d"}};
  }
  DepmodReport run(const DepmodOptions& options) {
    auto report = depmod(options);
    if (report) return std::move(*report);
    ADD_FAILURE() << describe(report.error());
    return {};
  }
  DepmodReport run() { return run(options()); }
  // Everything in the directory but the modules' folder.
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : fs::directory_iterator(directory())) {
      if (entry.is_regular_file()) result.push_back(entry.path().filename());
    }
    std::ranges::sort(result);
    return result;
  }

  TemporaryDirectory root_ = kmodern::testing::temporary_directory();
};

TEST_F(Depmod, WritesEveryIndexAndNothingElse) {
  add("kernel/a.ko", {.gives = {"f"},
                      .modinfo = {"alias=pci:v1-*", "alias=devname:net/a", "alias=char-major-10-7",
                                  "softdep=pre: x", "weakdep=y"}});
  add("kernel/b.ko", {.takes = {"f", "printk"}});
  EXPECT_TRUE(run().errors.empty());
  EXPECT_EQ(text("modules.dep"), "kernel/a.ko:\nkernel/b.ko: kernel/a.ko\n");
  EXPECT_EQ(text("modules.alias"),
            "# Aliases extracted from modules themselves.\nalias pci:v1-* a\n"
            "alias devname:net/a a\nalias char-major-10-7 a\n");
  EXPECT_EQ(text("modules.symbols"),
            "# Aliases for symbols, used by symbol_request().\nalias symbol:f a\n");
  EXPECT_TRUE(text("modules.softdep").ends_with("\nsoftdep a pre: x\n"));
  EXPECT_TRUE(text("modules.weakdep").ends_with("\nweakdep a y\n"));
  EXPECT_TRUE(text("modules.devname").ends_with("\na net/a c10:7\n"));
  EXPECT_EQ(names().size(), 11u);
}

TEST_F(Depmod, GivesTheSameBytesEveryTime) {
  for (int index = 0; index < 40; ++index) {
    const std::string name = "m" + std::to_string(index);
    add("kernel/" + name + ".ko",
        {.gives = {name + "_f"}, .takes = {"m" + std::to_string(index / 2 - 1) + "_f"}});
  }
  run();
  const std::string first = text("modules.dep") + text("modules.symbols.bin");
  run();
  EXPECT_EQ(text("modules.dep") + text("modules.symbols.bin"), first);
}

TEST_F(Depmod, ReadsAllFourFormatsAlike) {
  std::vector<std::string> results;
  for (bool is_64 : {true, false}) {
    for (std::endian order : {std::endian::little, std::endian::big}) {
      add("kernel/a.ko", {{"f", "g"}, {"printk"}, {"alias=x"}, {is_64, order}});
      add("kernel/b.ko", {{}, {"printk", "g"}, {}, {is_64, order}});
      EXPECT_TRUE(run().errors.empty());
      results.push_back(text("modules.dep") + text("modules.alias") + text("modules.symbols"));
    }
  }
  EXPECT_NE(results[0].find("kernel/b.ko: kernel/a.ko\n"), std::string::npos);
  for (const std::string& result : results) EXPECT_EQ(result, results[0]);
}

TEST_F(Depmod, ReportsACycleAndKeepsTheOtherModules) {
  add("kernel/a.ko", {.gives = {"fa"}, .takes = {"fb"}});
  add("kernel/b.ko", {.gives = {"fb"}, .takes = {"fa"}});
  add("kernel/c.ko", {.gives = {"fc"}});
  add("kernel/d.ko", {.takes = {"fc"}});
  const DepmodReport report = run();
  ASSERT_EQ(report.errors.size(), 2u);
  EXPECT_EQ(report.errors[0].reason, "Cycle detected: a -> b -> a");
  EXPECT_EQ(report.errors[1].reason, "Found 2 modules in dependency cycles!");
  EXPECT_EQ(text("modules.dep"),
            "kernel/a.ko: kernel/b.ko\nkernel/b.ko: kernel/a.ko\nkernel/c.ko:\n"
            "kernel/d.ko: kernel/c.ko\n");
}

TEST_F(Depmod, LeavesOutDamagedModulesAndNamesThem) {
  const std::string whole = SmallModule{.gives = {"f"}}.build();
  add("kernel/good.ko", {.takes = {"f"}});
  write_file(directory() + "/kernel/cut.ko", whole.substr(0, whole.size() / 2));
  write_file(directory() + "/kernel/empty.ko", "");
  write_file(directory() + "/kernel/text.ko", "I am no module\n");
  const DepmodReport report = run();
  ASSERT_EQ(report.errors.size(), 3u);
  EXPECT_TRUE(report.errors[0].subject.ends_with("kernel/cut.ko"));
  EXPECT_NE(report.errors[0].reason.find("offset"), std::string::npos);
  EXPECT_EQ(report.errors[1].code, ENOEXEC);
  EXPECT_EQ(text("modules.dep"), "kernel/good.ko:\n");
}

TEST_F(Depmod, AnAliasThatIsNotAsciiCostsOnlyItself) {
  add("kernel/a.ko", {.modinfo = {"alias=good", "alias=ger\xc3\xa4t", "alias=two\nlines"}});
  const DepmodReport report = run();
  EXPECT_TRUE(report.errors.empty());
  ASSERT_EQ(report.warnings.size(), 5u);  // with the three lists that this tree lacks
  EXPECT_EQ(text("modules.alias"), "# Aliases extracted from modules themselves.\nalias good a\n");
}

TEST_F(Depmod, TheLaterOfTwoExportersProvides) {
  add("kernel/a.ko", {.gives = {"f"}});
  add("kernel/b.ko", {.gives = {"f"}});
  add("kernel/c.ko", {.takes = {"f"}});
  const DepmodReport report = run();
  EXPECT_NE(text("modules.dep").find("kernel/c.ko: kernel/b.ko\n"), std::string::npos);
  ASSERT_EQ(report.duplicates.size(), 1u);
  EXPECT_EQ(report.duplicates[0].reason, "duplicate module syms: symbol:f a");
}

TEST_F(Depmod, QuickSeesWhatWasAddedChangedAndRemoved) {
  add("kernel/a.ko", {});
  add("kernel/b.ko", {});
  run();
  DepmodOptions quick = options();
  quick.only_if_changed = true;
  // The clock of files is coarse: what is written in one tick counts as changed.
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  run();
  EXPECT_FALSE(run(quick).changed);

  fs::remove(directory() + "/kernel/b.ko");
  EXPECT_TRUE(run(quick).changed);
  EXPECT_EQ(text("modules.dep"), "kernel/a.ko:\n");

  add("kernel/old.ko", {});
  const timespec old[2] = {{1000, 0}, {1000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (directory() + "/kernel/old.ko").c_str(), old, 0), 0);
  EXPECT_TRUE(run(quick).changed);
  EXPECT_EQ(text("modules.dep"), "kernel/a.ko:\nkernel/old.ko:\n");

  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  run();
  fs::remove(directory() + "/modules.alias.bin");
  EXPECT_TRUE(run(quick).changed);
}

TEST_F(Depmod, ShowsTheTextsAndWritesNothing) {
  add("kernel/a.ko", {.gives = {"f"}});
  DepmodOptions show = options();
  show.show = true;
  EXPECT_TRUE(run(show).shown.starts_with("kernel/a.ko:\n# Aliases"));
  EXPECT_TRUE(names().empty());
}

TEST_F(Depmod, WritesElsewhereAndMakesThatDirectory) {
  add("kernel/a.ko", {});
  DepmodOptions elsewhere = options();
  elsewhere.output_directory = root_.path() + "/out/lib/modules/6.1.0";
  run(elsewhere);
  EXPECT_TRUE(names().empty());
  EXPECT_EQ(read_file(elsewhere.output_directory + "/modules.dep").value_or(""), "kernel/a.ko:\n");
}

TEST_F(Depmod, ReportsUnknownAndDifferingSymbols) {
  add("kernel/a.ko", {.gives = {"f"}, .takes = {"printk", "nowhere"}});
  write_file(root_.path() + "/symvers", "0x12345678\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n");
  write_file(root_.path() + "/map", "ffffffff81000000 r __ksymtab_printk\n");
  DepmodOptions check = options();
  check.report_unknown_symbols = true;
  for (bool with_symvers : {true, false}) {
    check.symvers = with_symvers ? root_.path() + "/symvers" : "";
    check.system_map = with_symvers ? "" : root_.path() + "/map";
    const DepmodReport report = run(check);
    ASSERT_GE(report.warnings.size(), 1u);
    const std::string wanted = directory() + "/kernel/a.ko needs unknown symbol nowhere";
    EXPECT_EQ(std::ranges::count(report.warnings, wanted, &Error::reason), 1);
    EXPECT_EQ(report.warnings.size(), 4u);  // with the three lists that this tree lacks
  }
}

TEST_F(Depmod, ASymbolPrefixIsNotPartOfTheSymbol) {
  add("kernel/a.ko", {.gives = {"_f"}});
  add("kernel/b.ko", {.takes = {"f"}});
  DepmodOptions prefixed = options();
  prefixed.symbol_prefix = '_';
  run(prefixed);
  EXPECT_NE(text("modules.dep").find("kernel/b.ko: kernel/a.ko"), std::string::npos);
  EXPECT_NE(text("modules.symbols").find("alias symbol:f a\n"), std::string::npos);
}

TEST_F(Depmod, AMissingDirectoryIsAnErrorAndIsNotMade) {
  auto report = depmod(options());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ENOENT);
  EXPECT_FALSE(fs::exists(directory()));
}

TEST_F(Depmod, AnIndexThatCannotBePutInPlaceLeavesTheOldOnes) {
  add("kernel/a.ko", {});
  run();
  add("kernel/b.ko", {});
  fs::remove(directory() + "/modules.symbols");
  fs::create_directory(directory() + "/modules.symbols");
  auto report = depmod(options());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, EISDIR);
  EXPECT_EQ(text("modules.dep"), "kernel/a.ko:\n");
  EXPECT_EQ(names().size(), 10u);
}

}  // namespace
}  // namespace kmodern::database
