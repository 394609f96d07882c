#include "database/index_writer.h"

#include <gtest/gtest.h>

namespace kmodern::database {
namespace {

using namespace std::string_literals;

std::string write(std::vector<IndexEntry> entries) {
  auto bytes = write_index(std::move(entries), "test.bin");
  EXPECT_TRUE(bytes);
  return bytes.value_or("");
}

const std::string header = "\xB0\x07\xF4\x57\x00\x02\x00\x01"s;

TEST(IndexWriter, AnEmptyIndexIsAHeaderWithAnEmptyRoot) {
  EXPECT_EQ(write({}), header + "\0\0\0\x0c"s);
}

TEST(IndexWriter, WritesParentsBeforeChildrenAndSharesPrefixes) {
  // root -a-> node with the prefix "b" and children c, e (and an empty place for d)
  const std::string bytes = write({{"abe", "y", 2}, {"abc", "x", 1}});
  const std::string expected = header + "\x20\0\0\x0c"s +               // root: children
                               "aa\xA0\0\0\x12"s +                      // 'a' at 0x12
                               "b\0"s +                                 // prefix
                               "ce\x40\0\0\x22\0\0\0\0\x40\0\0\x2c"s +  // c, nothing, e
                               "\0\0\0\x01\0\0\0\x01x\0"s +             // values of abc
                               "\0\0\0\x01\0\0\0\x02y\0"s;              // values of abe
  EXPECT_EQ(bytes, expected);
}

TEST(IndexWriter, AKeyMayBeTheBeginningOfAnother) {
  const std::string bytes = write({{"a", "long", 0}, {"ab", "longer", 0}});
  const std::string expected = header + "\x20\0\0\x0c"s + "aa\x60\0\0\x12"s + "bb\x40\0\0\x25"s +
                               "\0\0\0\x01\0\0\0\0long\0"s + "\0\0\0\x01\0\0\0\0longer\0"s;
  EXPECT_EQ(bytes, expected);
}

TEST(IndexWriter, ValuesStandByPriorityAndTheLaterOfEqualsFirst) {
  const std::string bytes =
      write({{"k", "third", 7}, {"k", "second", 3}, {"k", "first", 3}, {"k", "third", 7}});
  const std::string values =
      "\0\0\0\x04"
      "\0\0\0\x03"
      "first\0"
      "\0\0\0\x03"
      "second\0"
      "\0\0\0\x07"
      "third\0"
      "\0\0\0\x07"
      "third\0"s;
  EXPECT_EQ(bytes.substr(bytes.size() - values.size()), values);
}

TEST(IndexWriter, TheOrderOfEntriesMakesNoDifference) {
  EXPECT_EQ(write({{"pci:v1*", "a", 1}, {"usb:*", "b", 2}, {"pci:v2*", "c", 3}}),
            write({{"usb:*", "b", 2}, {"pci:v2*", "c", 3}, {"pci:v1*", "a", 1}}));
}

TEST(IndexWriter, TellsWhichKeysTheFormatCanHold) {
  EXPECT_TRUE(index_can_hold("pci:v00008086d*"));
  EXPECT_FALSE(index_can_hold("ger\xc3\xa4t"));
  EXPECT_FALSE(index_can_hold("a\0b"s));
  EXPECT_FALSE(index_can_hold(""));
}

TEST(IndexWriter, AChainOfGrowingKeysDoesNotExhaustTheStack) {
  const std::string key(20000, 'a');
  std::vector<IndexEntry> entries;
  for (std::size_t length = 1; length <= key.size(); ++length)
    entries.push_back({std::string_view(key).substr(0, length), "m", 0});
  EXPECT_GT(write(std::move(entries)).size(), key.size() * 10);
}

}  // namespace
}  // namespace kmodern::database
