// Files whose operations are read_iter and write_iter, and the iterators themselves.
#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "core/iter_module.h"
#include "core/native_fixture.h"

namespace kmodern::core {

class Iterated : public NativeTest {
 protected:
  Iterated() {
    std::strcpy(test_iterated, "0123456789");
    test_iter_puts_off = 0;
    EXPECT_EQ(test_iter_add(), 0);
  }
  ~Iterated() override { test_iter_remove(); }

  static std::unique_ptr<OpenFile> open(int flags = O_RDWR) {
    auto file = core().open("/dev/iterated", flags, {});
    EXPECT_TRUE(file) << describe(file.error());
    return std::move(*file);
  }
  static std::string read(OpenFile& file, std::size_t size) {
    std::string text(size, '\0');
    const CallResult got = file.read(std::as_writable_bytes(std::span(text)));
    return got && *got >= 0 ? text.substr(0, static_cast<std::size_t>(*got)) : "?";
  }
  static long write(OpenFile& file, std::string_view text) {
    return file.write(std::as_bytes(std::span(text))).value_or(-9999);
  }
};

TEST_F(Iterated, ReadsAndWritesGoOnFromThePosition) {
  const auto file = open();
  EXPECT_EQ(read(*file, 3), "012");
  EXPECT_EQ(write(*file, "xyz"), 3);
  EXPECT_EQ(read(*file, 2), "67");
  EXPECT_STREQ(test_iterated, "012xyz6789");
}

TEST_F(Iterated, ReadsAtAPositionLeaveTheFilesOwn) {
  const auto file = open();
  std::string text(2, '\0');
  EXPECT_EQ(file->read_at(std::as_writable_bytes(std::span(text)), 8).value_or(-1), 2);
  EXPECT_EQ(text + read(*file, 2), "8901");
}

TEST_F(Iterated, AWriteIsTruncatedToWhatFitsAndToldThatItAppends) {
  EXPECT_EQ(write(*open(O_WRONLY), "0123456789abcdefghi"), 16);
  EXPECT_EQ(test_iter_append, 0);
  EXPECT_EQ(write(*open(O_WRONLY | O_APPEND), "x"), 1);
  EXPECT_EQ(test_iter_append, 1);
}

TEST_F(Iterated, ACallThatIsPutOffIsABugOfTheModule) {
  test_iter_puts_off = 1;
  std::byte byte;
  EXPECT_FALSE(open()->read(std::span(&byte, 1)));
}

TEST_F(Iterated, SegmentsAreFilledOneAfterTheOther) {
  char first[3] = "..";
  char second[4] = "...";
  EXPECT_EQ(test_iter_scatter(first, second), 4);
  EXPECT_STREQ(first, ".a");
  EXPECT_STREQ(second, "bcd");
}

TEST_F(Iterated, SegmentsAreReadToTheirEnd) {
  char text[8] = "";
  EXPECT_EQ(test_iter_gather(text, 7), 4);
  EXPECT_STREQ(text, "abcd");
}

TEST_F(Iterated, AFullCopyTakesAllOrNothing) {
  char text[8] = "";
  EXPECT_EQ(test_iter_gather_all(text, 3), 1);
  EXPECT_STREQ(text, "abc");
  EXPECT_EQ(test_iter_gather_all(text, 5), 0);
}

TEST_F(Iterated, ACopyInTheOtherDirectionCopiesNothing) { EXPECT_EQ(test_iter_wrong_way(), 0); }

}  // namespace kmodern::core
