#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/device_module.h"
#include "core/native_fixture.h"

namespace kmodern::core {

class Devices : public NativeTest {
 protected:
  Devices() {
    observed = {};
    host().owner = &observed;
    EXPECT_EQ(test_device_add("probe", 2), 0);
  }
  ~Devices() override { test_device_remove(2); }

  static std::unique_ptr<OpenFile> open(const std::string& path, int flags = O_RDWR) {
    auto file = core().open(path, flags, opener_);
    EXPECT_TRUE(file.has_value()) << describe(file.error());
    return file ? std::move(*file) : nullptr;
  }
  static long read(OpenFile& file, std::size_t size) {
    std::vector<std::byte> buffer(size);
    CallResult result = file.read(buffer);
    got_.assign(reinterpret_cast<const char*>(buffer.data()), size);
    return result.value_or(-9999);
  }

  static inline std::string got_;
  static inline const Holder opener_{.what = "open file /dev/probe", .pid = 4711, .comm = "cat"};
};

TEST_F(Devices, HaveANodePerMinorNamedByTheRegion) {
  EXPECT_EQ(core().list("/dev"), (std::vector<std::string>{"probe", "probe1"}));
  const auto node = core().find("/dev/probe1");
  ASSERT_TRUE(node);
  EXPECT_EQ(node->kind, Node::Kind::character);
  EXPECT_EQ(node->minor, 1u);
  EXPECT_TRUE(node->opened);
}

TEST_F(Devices, OpenRunsTheModulesOpenForTheCallersProcess) {
  auto file = open("/dev/probe1");
  EXPECT_EQ(observed.minor, 1);
  EXPECT_EQ(observed.pid, 4711);
  EXPECT_EQ(file->close().value(), 0);
  EXPECT_EQ(observed.releases, 1);
}

TEST_F(Devices, ThatAreNotThereGiveENOENTOrENXIO) {
  EXPECT_EQ(core().open("/dev/nosuch", O_RDWR, opener_).error().code, ENOENT);
  EXPECT_EQ(core().open("/dev/probe2", O_RDWR, opener_).error().code, ENOENT);
  EXPECT_EQ(core().open("/dev/char/99:0", O_RDWR, opener_).error().code, ENXIO);
}

TEST_F(Devices, AnOpenThatRefusesIsReportedAndNotReleased) {
  observed.open_result = -EACCES;
  EXPECT_EQ(core().open("/dev/probe", O_RDWR, opener_).error().code, EACCES);
  EXPECT_EQ(observed.releases, 0);
}

TEST_F(Devices, ReadGoesOnFromThePositionAndSeekMovesIt) {
  auto file = open("/dev/probe");
  EXPECT_EQ(read(*file, 4), 4);
  EXPECT_EQ(got_, "0123");
  EXPECT_EQ(read(*file, 16), 6);
  EXPECT_EQ(read(*file, 16), 0);
  EXPECT_EQ(file->seek(8, 0).value(), 8);
  EXPECT_EQ(read(*file, 16), 2);
  EXPECT_EQ(file->seek(11, 0).value(), -EINVAL);
}

TEST_F(Devices, ReadAtAPositionLeavesTheFilesOwn) {
  auto file = open("/dev/probe");
  std::array<std::byte, 2> two;
  EXPECT_EQ(read(*file, 3), 3);
  EXPECT_EQ(file->read_at(two, 8).value(), 2);
  EXPECT_EQ(two[0], std::byte{'8'});
  EXPECT_EQ(read(*file, 3), 3);
  EXPECT_EQ(got_, "345");
  EXPECT_EQ(file->read_at(two, -1).value(), -EINVAL);
}

TEST_F(Devices, CopyToUserStopsAtTheEndOfTheCallersBuffer) {
  auto file = open("/dev/probe");
  observed.act = READ_BEYOND;
  EXPECT_EQ(read(*file, 4), 4);  // four bytes were not copied
  EXPECT_EQ(got_, "0123");
}

TEST_F(Devices, ABadUserPointerIsEFAULTAndNoFault) {
  auto file = open("/dev/probe");
  observed.act = READ_ELSEWHERE;
  EXPECT_EQ(read(*file, 4), -EFAULT);
  EXPECT_EQ(file->ioctl(7, 0x1000, {}).value(), -EFAULT);
}

TEST_F(Devices, AWritersBufferCanBeReadButNotWritten) {
  auto file = open("/dev/probe");
  const std::string text = "payload";
  EXPECT_EQ(file->write(std::as_bytes(std::span(text))).value(), 7);
  EXPECT_STREQ(observed.written, "payload");
  EXPECT_EQ(observed.first, 'p');
  EXPECT_EQ(observed.put_result, -EFAULT);
}

TEST_F(Devices, IoctlWorksOnTheCallersMemory) {
  auto file = open("/dev/probe");
  std::array<int, 1> number = {21};
  EXPECT_EQ(file->ioctl(7, 0, std::as_writable_bytes(std::span(number))).value(), 0);
  EXPECT_EQ(number[0], 42);
  EXPECT_EQ(file->ioctl(8, 0, {}).value(), -ENOTTY);
}

TEST_F(Devices, TheModeOfOpeningCounts) {
  auto file = open("/dev/probe", O_WRONLY);
  EXPECT_EQ(read(*file, 4), -EBADF);
}

TEST_F(Devices, ACountBeyondTheBufferIsNotBelieved) {
  auto file = open("/dev/probe");
  observed.act = READ_TOO_MUCH;
  EXPECT_EQ(read(*file, 4), -EIO);
}

TEST_F(Devices, AFaultInAReadIsTheModules) {
  auto file = open("/dev/probe");
  observed.act = READ_FAULT;
  std::array<std::byte, 4> buffer;
  const CallResult result = file->read(buffer);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().address, 8u);
}

TEST_F(Devices, ABadPointerOnTheKernelsSideOfACopyIsTheModulesFault) {
  auto file = open("/dev/probe");
  observed.act = READ_FROM_NOWHERE;
  std::array<std::byte, 4> buffer;
  const CallResult result = file->read(buffer);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().address, 8u);
}

TEST_F(Devices, ThatAModuleLeavesBehindAreToldAndTakenAway) {
  const Leftovers left = core().clean_up(&observed);
  std::vector<std::string> told;
  for (const Leftover& one : left.things) told.push_back(one.what + "; " + one.fate);
  std::ranges::sort(told);
  EXPECT_EQ(told, (std::vector<std::string>{"character device 254:0; deleted",
                                            "range of device numbers probe; unregistered"}));
  EXPECT_TRUE(left.stays.empty());
  EXPECT_TRUE(core().list("/dev").empty());
}

TEST_F(Devices, AFileOfOperationsWithoutAnOwnerIsReleasedWithItsModule) {
  auto file = open("/dev/probe");
  const Leftovers left = core().clean_up(&observed);
  EXPECT_EQ(observed.releases, 1);
  EXPECT_EQ(read(*file, 4), -ENODEV);
  EXPECT_EQ(file->close().value(), 0);
  EXPECT_EQ(observed.releases, 1);
  EXPECT_TRUE(std::ranges::any_of(left.things, [](const Leftover& one) {
    return one.what == "open file /dev/probe" && one.fate == "released";
  }));
}

TEST_F(Devices, AMajorNumberIsGivenOnce) { EXPECT_EQ(test_register_twice("twice"), -EBUSY); }

}  // namespace kmodern::core
