#include "kernel/taints.h"

#include <gtest/gtest.h>

namespace kmodern::kernel {
namespace {

TEST(Taints, StandInWordsBesideTheirLetters) {
  EXPECT_EQ(taints_in_words("OE"), "O out-of-tree module, E unsigned module");
  EXPECT_EQ(taints_in_words(""), "");
}

TEST(Taints, AnUnknownLetterStaysALetter) { EXPECT_EQ(taints_in_words("J"), "J"); }

}  // namespace
}  // namespace kmodern::kernel
