#include <cerrno>

#include "core/native_fixture.h"

namespace kmodern::core {

class Text : public NativeTest {
 protected:
  template <typename T>
  static int parse(const char* name, const char* text, T& to, unsigned base = 0) {
    return api<int(const char*, unsigned, T*)>(name)(text, base, &to);
  }
};

TEST_F(Text, KstrtointTakesWholeNumbersOfAnyBaseAndOneNewline) {
  int value = 0;
  EXPECT_EQ(parse("kstrtoint", "42\n", value), 0);
  EXPECT_EQ(value, 42);
  EXPECT_EQ(parse("kstrtoint", "-0x10", value), 0);
  EXPECT_EQ(value, -16);
  EXPECT_EQ(parse("kstrtoint", "010", value), 0);
  EXPECT_EQ(value, 8);
}

TEST_F(Text, KstrtointRefusesWhatIsNoNumberOrDoesNotFit) {
  int value = 7;
  for (const char* text : {"", "abc", "1 ", "1x", "-", "0x", "\n", "--1", "1\n\n"})
    EXPECT_EQ(parse("kstrtoint", text, value), -EINVAL) << text;
  EXPECT_EQ(parse("kstrtoint", "2147483648", value), -ERANGE);
  EXPECT_EQ(parse("kstrtoint", "99999999999999999999999", value), -ERANGE);
  unsigned char byte = 0;
  EXPECT_EQ(parse("kstrtou8", "256", byte), -ERANGE);
  EXPECT_EQ(value, 7);
}

TEST_F(Text, KstrtoboolKnowsTheKernelsWords) {
  auto* parse_bool = api<int(const char*, bool*)>("kstrtobool");
  bool value = false;
  EXPECT_EQ(parse_bool("on", &value), 0);
  EXPECT_TRUE(value);
  EXPECT_EQ(parse_bool("N", &value), 0);
  EXPECT_FALSE(value);
  EXPECT_EQ(parse_bool("2", &value), -EINVAL);
  EXPECT_EQ(parse_bool("", &value), -EINVAL);
}

TEST_F(Text, SscanfReadsNumbersWordsAndSets) {
  auto* scan = api<int(const char*, const char*, ...)>("sscanf");
  int a = 0;
  unsigned b = 0;
  long long c = 0;
  char word[8] = "", set[8] = "";
  EXPECT_EQ(scan("12 0xff -3 word:abc1", "%d %x %lld %4s:%7[a-c]", &a, &b, &c, word, set), 5);
  EXPECT_EQ(a, 12);
  EXPECT_EQ(b, 255u);
  EXPECT_EQ(c, -3);
  EXPECT_STREQ(word, "word");
  EXPECT_STREQ(set, "abc");
  EXPECT_EQ(scan("5,x", "%d,%d", &a, &b), 1);
}

TEST_F(Text, StrscpySaysWhereItCut) {
  auto* copy = api<long(char*, const char*, std::size_t)>("strscpy");
  char buffer[4];
  EXPECT_EQ(copy(buffer, "abc", sizeof(buffer)), 3);
  EXPECT_EQ(copy(buffer, "abcd", sizeof(buffer)), -E2BIG);
  EXPECT_STREQ(buffer, "abc");
}

TEST_F(Text, SearchesAndSplits) {
  auto* find = api<char*(const char*, const char*)>("strstr");
  EXPECT_STREQ(find("hello world", "wor"), "world");
  EXPECT_EQ(find("hello", "x"), nullptr);
  char line[] = "a,,b";
  char* rest = line;
  auto* next = api<char*(char**, const char*)>("strsep");
  EXPECT_STREQ(next(&rest, ","), "a");
  EXPECT_STREQ(next(&rest, ","), "");
  EXPECT_STREQ(next(&rest, ","), "b");
  EXPECT_EQ(next(&rest, ","), nullptr);
  EXPECT_TRUE(api<bool(const char*, const char*)>("sysfs_streq")("on\n", "on"));
}

TEST_F(Text, MemmoveTakesOverlaps) {
  char buffer[] = "abcdef";
  api<void*(void*, const void*, std::size_t)>("memmove")(buffer + 1, buffer, 4);
  EXPECT_STREQ(buffer, "aabcdf");
}

}  // namespace kmodern::core
