// Platform devices and drivers, GPIO lines and their interrupts.
#include <fcntl.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "core/native_fixture.h"
#include "core/platform_module.h"

namespace kmodern::core {

class Platform : public NativeTest {
 protected:
  Platform() {
    host().owner = &test_probes;
    test_probes = test_removes = test_actions = test_probe_result = 0;
    test_bound[0] = 0;
    test_interrupts = test_threads = test_in_interrupt = 0;
  }
  static void write(const std::string& path, std::string_view what, long expected) {
    auto file = core().open(path, O_WRONLY, {.what = "test", .pid = 4711});
    ASSERT_TRUE(file) << describe(file.error());
    EXPECT_EQ((*file)->write(std::as_bytes(std::span(what))).value_or(-9999), expected) << path;
  }
  // Waits until a count of the module is that, for as long as it takes.
  static bool becomes(const int& count, int value) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (__atomic_load_n(&count, __ATOMIC_SEQ_CST) != value) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }
};

TEST_F(Platform, ADriverServesTheDeviceThatIsThere) {
  EXPECT_EQ(test_platform_add("test-one"), 0);
  EXPECT_EQ(core().find("/sys/devices/platform/test-one.3")->kind, Node::Kind::folder);
  EXPECT_EQ(test_driver_add(), 0);
  EXPECT_STREQ(test_bound, "test-one.3 ");
  test_driver_remove();
  EXPECT_EQ(test_removes, 1);
  EXPECT_EQ(test_actions, 1);
  test_platform_remove();
  EXPECT_TRUE(core().clean_up(&test_probes).things.empty());
  EXPECT_FALSE(core().find("/sys/devices/platform/test-one.3"));
}

TEST_F(Platform, ADriverServesTheDeviceThatComes) {
  EXPECT_EQ(test_driver_add(), 0);
  EXPECT_EQ(test_platform_add("test-three"), 0) << "which it does not know";
  EXPECT_EQ(test_probes, 0);
  test_platform_remove();
  EXPECT_EQ(test_platform_add("test-two"), 0);
  EXPECT_EQ(test_probes, 1);
  test_platform_remove();
  EXPECT_EQ(test_removes, 1);
  EXPECT_EQ(test_actions, 1);
  test_driver_remove();
  EXPECT_EQ(test_removes, 1);
}

TEST_F(Platform, AProbeThatFailsLeavesNothing) {
  test_probe_result = -EIO;
  EXPECT_EQ(test_platform_add("test-one"), 0);
  EXPECT_EQ(test_driver_add(), 0);
  EXPECT_EQ(test_actions, 1);
  EXPECT_NE(host().text().find("test-driver: probe of test-one.3 failed with error -5"),
            std::string::npos)
      << host().text();
  test_driver_remove();
  EXPECT_EQ(test_removes, 0);
  test_platform_remove();
}

TEST_F(Platform, ADriverThatIsLeftBehindIsUnregistered) {
  EXPECT_EQ(test_driver_add(), 0);
  EXPECT_EQ(test_driver_add(), -EBUSY) << "its name is taken";
  const Leftovers left = core().clean_up(&test_probes);
  ASSERT_EQ(left.things.size(), 1u);
  EXPECT_EQ(left.things[0].what, "platform driver test-driver");
  EXPECT_EQ(test_driver_add(), 0);
  test_driver_remove();
}

TEST_F(Platform, ALineThatChangesInterrupts) {
  EXPECT_EQ(test_line_add(17, 1), 0);
  EXPECT_EQ(test_line_add(17, 1), -EBUSY);
  write("/sys/kernel/debug/gpio-mockup/17", "1", 1);
  EXPECT_TRUE(becomes(test_threads, 1));
  EXPECT_EQ(test_in_interrupt, 1);
  write("/sys/kernel/debug/gpio-mockup/17", "0", 1);  // no rising edge
  write("/sys/kernel/debug/gpio-mockup/17", "1", 1);
  EXPECT_TRUE(becomes(test_threads, 2));
  EXPECT_EQ(test_interrupts, 2);
  write("/sys/kernel/debug/gpio-mockup/17", "2", -EINVAL);
  test_line_remove(17);
  EXPECT_FALSE(core().find("/sys/kernel/debug/gpio-mockup/17"));
}

TEST_F(Platform, AnOutputKeepsItsValue) {
  EXPECT_EQ(test_line_output(4, 0), 10);
  EXPECT_EQ(test_line_output(5, 1), 11);
  EXPECT_EQ(test_line_output(5000, 1), -EINVAL);
}

TEST_F(Platform, LinesAndHandlersThatAreLeftBehindAreFreed) {
  EXPECT_EQ(test_line_add(18, 0), 0);
  const Leftovers left = core().clean_up(&test_probes);
  EXPECT_EQ(left.things.size(), 2u);
  EXPECT_EQ(left.stays, "");
  EXPECT_EQ(test_line_add(18, 0), 0) << "it is free again";
  test_line_remove(18);
}

}  // namespace kmodern::core
