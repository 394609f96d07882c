#include <cstdint>

#include "core/native_fixture.h"

namespace kmodern::core {

class Printk : public NativeTest {
 protected:
  int bytes_ = 0;
  template <typename... Arguments>
  static void printk(const char* format, Arguments... arguments) {
    api<int(const char*, ...)>("_printk")(format, arguments...);
  }
};

TEST_F(Printk, TakesTheLevelFromTheTextAndWarningWithoutOne) {
  printk(
      "\001"
      "6"
      "info %d\n",
      1);
  printk("bare\n");
  EXPECT_EQ(host().lines, (std::vector<std::string>{"<6>info 1", "<4>bare"}));
}

TEST_F(Printk, ContinuesTheLastRecordAfterKernCont) {
  printk(
      "\001"
      "6"
      "one");
  printk(
      "\001"
      "c"
      " two\n");
  EXPECT_EQ(host().lines, (std::vector<std::string>{"<6>one two"}));
}

TEST_F(Printk, CutsARecordAtItsSize) {
  printk("%*d\n", 5000, 1);
  ASSERT_EQ(host().lines.size(), 1u);
  EXPECT_EQ(host().lines[0].size(), 3u + 1023u);
}

TEST_F(Printk, FormatsIntegersAsC) {
  EXPECT_EQ(text("%d %u %x %X %#x %o %#o", -5, 5u, 255, 255, 255, 8, 8), "-5 5 ff FF 0xff 10 010");
  EXPECT_EQ(text("[%5d][%-5d][%05d][%+d][% d]", 42, 42, 42, 42, 42),
            "[   42][42   ][00042][+42][ 42]");
  EXPECT_EQ(text("%hhd %hd %ld %llu %zu", 257, 65537, -1L, ~0ULL, std::size_t{7}),
            "1 1 -1 18446744073709551615 7");
  EXPECT_EQ(text("%.3d %8.3d %-8.3d|", 7, 7, 7), "007      007 007     |");
  EXPECT_EQ(text("%#06x", 0xab), "0x00ab");
}

TEST_F(Printk, FormatsTextAndPointersThatAreNone) {
  EXPECT_EQ(text("%s|%5s|%-5s|%.2s|%c%%", "abc", "ab", "ab", "abc", 'x'), "abc|   ab|ab   |ab|x%");
  EXPECT_EQ(text("%s", static_cast<const char*>(nullptr)), "(null)");
  EXPECT_EQ(text("%s", reinterpret_cast<const char*>(-14L)), "(efault)");
}

TEST_F(Printk, KnowsTheKernelsPointerFormats) {
  const std::uint8_t bytes[] = {0x00, 0x1b, 0xfe, 0x10, 0x20, 0x30};
  const std::uint8_t ip[] = {10, 0, 0, 1};
  EXPECT_EQ(text("%px", reinterpret_cast<void*>(0xabcdUL)), "000000000000abcd");
  EXPECT_EQ(text("%pe %pe", reinterpret_cast<void*>(-12L), reinterpret_cast<void*>(-517L)),
            "-ENOMEM -EPROBE_DEFER");
  EXPECT_EQ(text("%3ph|%*phC|%*phN", bytes, 2, bytes, 2, bytes), "00 1b fe|00:1b|001b");
  const unsigned long long address = 0x1000;
  EXPECT_EQ(text("%pad %pap", &address, &address), "0x0000000000001000 0x0000000000001000");
  EXPECT_EQ(text("%pM %pm", bytes, bytes), "00:1b:fe:10:20:30 001bfe102030");
  EXPECT_EQ(text("%pI4 %pi4", ip, ip), "10.0.0.1 010.000.000.001");
  EXPECT_EQ(text("%pS %ps", reinterpret_cast<void*>(0x1234UL), reinterpret_cast<void*>(0x1234UL)),
            "thing+0x4/0x10 [mod] thing [mod]");
}

TEST_F(Printk, ShowsIpv6AndUuids) {
  const std::uint8_t ip[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  const std::uint8_t uuid[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  EXPECT_EQ(text("%pI6c", ip), "2001:db8::1");
  EXPECT_EQ(text("%pI6", ip), "2001:0db8:0000:0000:0000:0000:0000:0001");
  EXPECT_EQ(text("%pUb", uuid), "00010203-0405-0607-0809-0a0b0c0d0e0f");
  EXPECT_EQ(text("%pUL", uuid), "03020100-0504-0706-0809-0A0B0C0D0E0F");
}

TEST_F(Printk, HashesPlainPointersButNotNullAndErrors) {
  const std::string once = text("%p", &bytes_), again = text("%p", &bytes_);
  EXPECT_EQ(once, again);
  EXPECT_NE(once, text("%px", &bytes_));
  EXPECT_TRUE(once.starts_with("00000000")) << once;
  EXPECT_EQ(text("%p", static_cast<void*>(nullptr)), "0000000000000000");
}

TEST_F(Printk, LeavesUnknownFormatsAsTheyAre) { EXPECT_EQ(text("a%f b"), "a%f b"); }

TEST_F(Printk, SnprintfSaysHowMuchWasNeededAndScnprintfWhatWasStored) {
  using Print = int(char*, std::size_t, const char*, ...);
  char buffer[4];
  EXPECT_EQ(api<Print>("snprintf")(buffer, sizeof(buffer), "%s", "abcdef"), 6);
  EXPECT_STREQ(buffer, "abc");
  EXPECT_EQ(api<Print>("scnprintf")(buffer, sizeof(buffer), "%s", "abcdef"), 3);
  EXPECT_EQ(api<Print>("scnprintf")(buffer, 0, "%s", "abcdef"), 0);
}

}  // namespace kmodern::core
