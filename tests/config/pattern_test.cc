#include "config/pattern.h"

#include <fnmatch.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

using kmodern::config::pattern_matches;

TEST(Pattern, StarTakesAnyRunAndQuestionMarkOneCharacter) {
  EXPECT_TRUE(pattern_matches("pci:v00008086d*sv*", "pci:v00008086d00001234sv00000000"));
  EXPECT_TRUE(pattern_matches("loop?", "loop1"));
  EXPECT_FALSE(pattern_matches("loop?", "loop"));
  EXPECT_TRUE(pattern_matches("*", ""));
  EXPECT_FALSE(pattern_matches("a*b", "ac"));
}

TEST(Pattern, SetsTakeRangesAndTheirOpposite) {
  EXPECT_TRUE(pattern_matches("usb:d0[0-4]*", "usb:d03x"));
  EXPECT_FALSE(pattern_matches("usb:d0[0-4]*", "usb:d05x"));
  EXPECT_TRUE(pattern_matches("[!a]", "b"));
  EXPECT_TRUE(pattern_matches("[]a]", "]"));
  EXPECT_FALSE(pattern_matches("a\\*", "ab"));
  EXPECT_TRUE(pattern_matches("a\\*", "a*"));
}

TEST(Pattern, AnswersAsFnmatchDoes) {
  std::mt19937 random(1);
  const std::string letters = "ab*?[]!-\\";
  auto word = [&](std::size_t most) {
    std::string text(random() % (most + 1), ' ');
    for (char& character : text) character = letters[random() % letters.size()];
    return text;
  };
  int matches = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string pattern = word(7), text = word(5);
    // What POSIX leaves open: a set with an escape, a range with a set's marks, or no end.
    if (pattern.find('[') != pattern.npos) continue;
    bool matched = pattern_matches(pattern, text);
    EXPECT_EQ(matched, ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0) << pattern << " " << text;
    matches += matched;
  }
  EXPECT_GT(matches, 1000);
}

TEST(Pattern, ManyStarsTakeNoExponentialTime) {
  std::string pattern, text(5000, 'a');
  for (int i = 0; i < 500; ++i) pattern += "*a";
  EXPECT_FALSE(pattern_matches(pattern + "b", text));
}
