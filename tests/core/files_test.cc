// Files that modules make in /proc, /sys and debugfs, and nodes of devices.
#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/files_module.h"
#include "core/native_fixture.h"

namespace kmodern::core {

class Files : public NativeTest {
 protected:
  Files() {
    host().owner = &test_number;
    EXPECT_EQ(test_files_add(), 0);
  }
  ~Files() override { test_files_remove(); }

  static std::unique_ptr<OpenFile> open(const std::string& path, int flags) {
    auto file = core().open(path, flags, {.what = "open file " + path, .pid = 4711});
    EXPECT_TRUE(file.has_value()) << describe(file.error());
    return file ? std::move(*file) : nullptr;
  }
  // One read after the other, of `size` bytes.
  static std::string text(OpenFile& file, std::size_t size = 4096) {
    std::string all;
    std::string part(size, '\0');
    while (true) {
      const long got = file.read(std::as_writable_bytes(std::span(part))).value_or(-9999);
      if (got <= 0) return got == 0 ? all : fmt::format("error {}", got);
      all += part.substr(0, static_cast<std::size_t>(got));
    }
  }
  static std::string text(const std::string& path, std::size_t size = 4096) {
    auto file = open(path, O_RDONLY);
    return file ? text(*file, size) : "";
  }
  static long write(const std::string& path, std::string_view what) {
    auto file = open(path, O_WRONLY);
    return file ? file->write(std::as_bytes(std::span(what))).value_or(-9999) : -1;
  }
};

TEST_F(Files, ShowRecordsOneAfterTheOther) {
  EXPECT_EQ(text("/proc/probe/records"), "record 0\nrecord 2\n");
}

TEST_F(Files, ShowTheSameTextInSmallReads) {
  EXPECT_EQ(text("/proc/probe/records", 3), "record 0\nrecord 2\n");
}

TEST_F(Files, ShowRecordsBeyondOneBuffer) {
  test_records = 2000;
  const std::string all = text("/proc/probe/records", 1 << 16);
  test_records = 3;
  EXPECT_EQ(std::ranges::count(all, '\n'), 1999);
  EXPECT_TRUE(all.ends_with("record 1999\n"));
}

TEST_F(Files, AreReadFromAnyPosition) {
  auto file = open("/proc/probe/records", O_RDONLY);
  EXPECT_EQ(file->seek(7, SEEK_SET).value(), 7);
  EXPECT_EQ(text(*file), "0\nrecord 2\n");
  EXPECT_EQ(file->seek(0, SEEK_SET).value(), 0);
  EXPECT_EQ(text(*file), "record 0\nrecord 2\n");
}

TEST_F(Files, GiveTheirDataAndTakeText) {
  EXPECT_EQ(text("/proc/probe/single"), "one text\n");
  EXPECT_EQ(write("/proc/probe/single", "hello"), 5);
  EXPECT_STREQ(test_stored, "hello");
}

TEST_F(Files, AreListedWithTheirKinds) {
  auto names = core().list("/proc/probe");
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"link", "records", "single"}));
  EXPECT_EQ(core().find("/proc/probe")->kind, Node::Kind::folder);
  EXPECT_FALSE(core().find("/proc/probe")->shared);
  EXPECT_TRUE(core().find("/proc")->shared);
  EXPECT_EQ(core().find("/proc/probe/link")->target, "single");
  EXPECT_EQ(core().find("/proc/probe/records")->mode, 0444u);
  EXPECT_FALSE(core().find("/proc/probe/nosuch"));
}

TEST_F(Files, ThatCannotBeWrittenAreNotOpenedForWriting) {
  EXPECT_EQ(core().open("/proc/probe/records", O_RDWR, {}).error().code, EACCES);
  EXPECT_EQ(core().open("/proc/probe", O_RDONLY, {}).error().code, EISDIR);
}

TEST_F(Files, OfProcThatAreRemovedWhileOpenAreReleasedAndGiveEIO) {
  auto file = open("/proc/probe/single", O_RDONLY);
  test_releases = 0;
  test_files_remove();
  EXPECT_EQ(test_releases, 1);
  EXPECT_EQ(text(*file), fmt::format("error {}", -EIO));
  EXPECT_EQ(file->close().value(), 0);
  EXPECT_EQ(test_releases, 1);
  EXPECT_EQ(test_files_add(), 0);
}

TEST_F(Files, AttributesAreShownAndStored) {
  test_number = 7;
  EXPECT_EQ(text("/sys/kernel/probe/number"), "7\n");
  EXPECT_EQ(write("/sys/kernel/probe/group/number", "12\n"), 3);
  EXPECT_EQ(text("/sys/kernel/probe/number"), "12\n");
  EXPECT_EQ(write("/sys/kernel/probe/number", "many"), -EINVAL);
}

TEST_F(Files, AttributesThatAreRemovedWhileOpenGiveENODEV) {
  auto file = open("/sys/kernel/probe/number", O_RDONLY);
  test_files_remove();
  EXPECT_EQ(text(*file), fmt::format("error {}", -ENODEV));
  EXPECT_EQ(test_files_add(), 0);
}

TEST_F(Files, OfDebugfsShowAndSetAVariable) {
  EXPECT_EQ(text("/sys/kernel/debug/probe/hex"), "0x0000002a\n");
  EXPECT_EQ(write("/sys/kernel/debug/probe/hex", "17"), 2);
  EXPECT_EQ(test_hex, 17u);
  test_hex = 0x2a;
}

TEST_F(Files, ADeviceOfAClassHasAFolderALinkAndANode) {
  EXPECT_EQ(text("/sys/devices/virtual/probe-class/probe3/dev"), "99:3\n");
  EXPECT_EQ(core().find("/sys/class/probe-class/probe3")->target,
            "../../devices/virtual/probe-class/probe3");
  EXPECT_EQ(core().find("/dev/probe3")->major, 99u);
  EXPECT_EQ(core().open("/dev/probe3", O_RDWR, {}).error().code, ENXIO);
}

TEST_F(Files, AMiscDeviceHasANodeOfMajorTen) {
  EXPECT_EQ(core().find("/dev/probe-misc")->major, 10u);
  EXPECT_EQ(open("/dev/probe-misc", O_RDONLY)->close().value(), 0);
}

TEST_F(Files, ThatAModuleLeavesBehindAreToldAndTakenAway) {
  const Leftovers left = core().clean_up(&test_number);
  std::vector<std::string> told;
  for (const Leftover& one : left.things) {
    if (!one.what.contains("memory")) told.push_back(one.what + "; " + one.fate);
  }
  std::ranges::sort(told);
  EXPECT_EQ(
      told,
      (std::vector<std::string>{
          "class probe-class; unregistered", "debugfs entry /sys/kernel/debug/probe/hex; removed",
          "debugfs entry /sys/kernel/debug/probe; removed", "device probe!deep!one; unregistered",
          "device probe3; unregistered", "kobject probe; removed",
          "misc device probe-misc; deregistered", "proc entry /proc/probe/link; removed",
          "proc entry /proc/probe/records; removed", "proc entry /proc/probe/single; removed",
          "proc entry /proc/probe; removed"}));
  EXPECT_FALSE(core().find("/proc/probe"));
  EXPECT_FALSE(core().find("/dev/probe3"));
  EXPECT_EQ(test_files_add(), 0);
}

TEST_F(Files, OfDevicesMayLieInFolders) {
  EXPECT_EQ(core().find("/dev/probe")->kind, Node::Kind::folder);
  EXPECT_EQ(core().find("/dev/probe/deep/one")->minor, 4u);
  EXPECT_EQ(text("/sys/devices/virtual/probe-class/probe!deep!one/uevent"),
            "MAJOR=99\nMINOR=4\nDEVNAME=probe/deep/one\n");
  test_files_remove();
  EXPECT_FALSE(core().find("/dev/probe"));
  EXPECT_EQ(test_files_add(), 0);
}

TEST_F(Files, OfBytesAreReadAndWrittenAnywhere) {
  EXPECT_EQ(core().find("/sys/kernel/probe/bytes")->size, 20u);
  EXPECT_EQ(text("/sys/kernel/probe/bytes", 3), "abcdefghijklmnopqrst");
  auto file = open("/sys/kernel/probe/bytes", O_RDWR);
  std::array<char, 8> part = {};
  const auto bytes = std::as_writable_bytes(std::span(part));
  EXPECT_EQ(file->read_at(bytes, 18).value(), 2);
  EXPECT_EQ(part[0], 's');
  EXPECT_EQ(file->write_at(bytes, 18).value(), 2);
  EXPECT_EQ(file->write_at(bytes, 20).value(), -EFBIG);
}

}  // namespace kmodern::core
