#include "database/index_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "database/index_writer.h"
#include "support/files.h"

using namespace kmodern;
using namespace kmodern::database;

namespace {

std::string index_of(std::vector<IndexEntry> entries) {
  auto bytes = write_index(std::move(entries), "test.bin");
  EXPECT_TRUE(bytes.has_value());
  return bytes.value_or("");
}

std::vector<std::string> matches(const std::string& bytes, std::string_view text) {
  auto reader = IndexReader::from_memory(ByteView(bytes), "test.bin");
  EXPECT_TRUE(reader.has_value());
  auto values = reader->match(text);
  EXPECT_TRUE(values.has_value());
  std::vector<std::string> found;
  for (const IndexValue& value : *values) found.emplace_back(value.text);
  return found;
}

using Names = std::vector<std::string>;

// Everything that a reader can be asked; a damaged index answers with errors.
void ask_everything(ByteView bytes) {
  auto reader = IndexReader::from_memory(bytes, "damaged.bin");
  if (!reader) return;
  (void)reader->find("ext4");
  (void)reader->match("pci:v00008086d00001234sv0");
  (void)reader->for_each([](std::string_view, const IndexValue&) { return true; });
}

}  // namespace

TEST(IndexReader, FindsExactlyWhatWasWritten) {
  std::string bytes = index_of({{"ext4", "a", 2}, {"ext2", "b", 1}, {"ext", "c", 3}});
  auto reader = IndexReader::from_memory(ByteView(bytes), "test.bin");
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(**reader->find("ext4"), "a");
  EXPECT_EQ(**reader->find("ext"), "c");
  EXPECT_FALSE(reader->find("ex")->has_value());
  EXPECT_FALSE(reader->find("ext44")->has_value());
  EXPECT_FALSE(reader->find("")->has_value());
}

TEST(IndexReader, MatchesPatternsWhereverTheyBranchOffByPriority) {
  std::string bytes = index_of({{"pci:v1d*", "any", 3},
                                {"pci:v1d2", "exact", 2},
                                {"pci:v1d[0-4]", "set", 1},
                                {"pci:v?d2", "question", 4},
                                {"*", "all", 9},
                                {"usb:*", "usb", 0}});
  EXPECT_EQ(matches(bytes, "pci:v1d2"), Names({"set", "exact", "any", "question", "all"}));
  EXPECT_EQ(matches(bytes, "pci:v1d77"), Names({"any", "all"}));
  EXPECT_EQ(matches(bytes, ""), Names({"all"}));
}

TEST(IndexReader, WalksThroughEverythingInOrderAndStopsWhenTold) {
  std::string bytes = index_of({{"b", "2", 1}, {"a", "1", 1}, {"ab", "3", 1}});
  auto reader = IndexReader::from_memory(ByteView(bytes), "test.bin");
  Names keys;
  ASSERT_TRUE(reader->for_each([&](std::string_view key, const IndexValue&) {
    keys.emplace_back(key);
    return keys.size() < 2;
  }));
  EXPECT_EQ(keys, Names({"a", "ab"}));
}

TEST(IndexReader, WhatIsNoIndexIsRefusedWithTheCure) {
  auto reader = IndexReader::from_memory(ByteView(std::string_view("hello, world")), "x.bin");
  ASSERT_FALSE(reader.has_value());
  EXPECT_EQ(reader.error().code, EBADMSG);
  EXPECT_EQ(reader.error().subject, "x.bin");
  EXPECT_NE(reader.error().cure.find("depmod"), std::string::npos);
}

TEST(IndexReader, NodesInACircleAreAnErrorAndNoEndlessWalk) {
  std::string bytes = index_of({{"aa", "1", 1}, {"ab", "2", 1}});
  // The root's reference again in the place of every other reference: whatever was a child is now
  // the root.
  std::string root = bytes.substr(8, 4);
  for (std::size_t at = 12; at + 4 <= bytes.size(); ++at) {
    if ((bytes[at] & 0x40) != 0 && bytes[at + 1] == 0 && bytes[at + 2] == 0)
      bytes.replace(at, 4, root);
  }
  auto reader = IndexReader::from_memory(ByteView(bytes), "circle.bin");
  ASSERT_TRUE(reader.has_value());
  auto walked = reader->for_each([](std::string_view, const IndexValue&) { return true; });
  ASSERT_FALSE(walked.has_value());
  EXPECT_EQ(walked.error().code, EBADMSG);
}

TEST(IndexReader, TruncatedAndMutatedIndexesNeverCrash) {
  std::vector<IndexEntry> entries;
  Names keys;
  for (int i = 0; i < 200; ++i) keys.push_back("pci:v" + std::to_string(i) + "d*sv[0-9]");
  keys.push_back("ext4");
  for (const std::string& key : keys) entries.push_back({key, "module", 1});
  const std::string bytes = index_of(entries);
  for (std::size_t size = 0; size < bytes.size(); size += 3)
    ask_everything(ByteView(std::string_view(bytes).substr(0, size)));
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) {
    std::string mutated = bytes;
    for (int j = 0; j < 4; ++j) mutated[random() % mutated.size()] = static_cast<char>(random());
    ask_everything(ByteView(mutated));
  }
  SUCCEED();
}
