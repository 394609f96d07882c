#include "kernel/taints.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace kmodern::kernel {
namespace {

TEST(Taints, StandInWordsBesideTheirLetters) {
  EXPECT_EQ(taints_in_words("OE"), "O out-of-tree module, E unsigned module");
  EXPECT_EQ(taints_in_words(""), "");
}

TEST(Taints, OfTheKernelAreBitsOfANumber) {
  EXPECT_EQ(taint_letters(parse_tainted("12289\n", "tainted").value()), "POE");
  EXPECT_EQ(taint_letters(std::uint64_t{1} << 18), "N");
  EXPECT_EQ(parse_tainted("many\n", "tainted").error().code, EBADMSG);
}

TEST(Taints, AnUnknownLetterStaysALetter) { EXPECT_EQ(taints_in_words("J"), "J"); }

}  // namespace
}  // namespace kmodern::kernel
