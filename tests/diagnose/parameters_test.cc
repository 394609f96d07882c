#include <gtest/gtest.h>

#include "base/near.h"
#include "diagnose/diagnose.h"
#include "module/advice.h"

namespace kmodern::diagnose {
namespace {

const std::vector<ParameterFact> known = {
    {"n", "int"},      {"small", "byte"},        {"wide", "ulong"}, {"flag", "bool"},
    {"text", "charp"}, {"many", "array of int"}, {"own_type", ""}};

TEST(UnknownParameters, AreNamedWithTheNearestThatExists) {
  auto found = unknown_parameters("n=1 flg=1", known);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].text, "the module has no parameter 'flg'");
  EXPECT_EQ(found[0].cure, "did you mean flag?");
}

TEST(UnknownParameters, ComeWithAFewThatExistWhereNoneIsNear) {
  auto found = unknown_parameters("velocity=1", known);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].cure.starts_with("it has n (int), small (byte), ")) << found[0].cure;
  EXPECT_TRUE(found[0].cure.ends_with("and 1 more, which `modinfo -p` lists")) << found[0].cure;
}

TEST(UnknownParameters, AreNotThoseThatTheLoaderTakesOrThatFollowTwoDashes) {
  EXPECT_TRUE(unknown_parameters("async_probe dyndbg=+p own-type=1 -- rest=1", known).empty());
}

TEST(UnknownParameters, AreNotTheWordsInsideOfAQuotedValue) {
  EXPECT_TRUE(unknown_parameters("text=\"two words=here\" n=1", known).empty());
}

TEST(IllTypedParameters, AreWhatTheKernelRefuses) {
  for (std::string_view refused : {"n=abc", "n=", "n=2147483648", "n=1.5", "small=256", "small=-1",
                                   "wide=-1", "flag=maybe", "many=1,x,3", "n"}) {
    EXPECT_EQ(ill_typed_parameters(refused, known).size(), 1u) << refused;
  }
}

TEST(IllTypedParameters, AreNotWhatTheKernelTakes) {
  for (std::string_view taken :
       {"n=-2147483648", "n=0x10", "n=+7", "small=255", "wide=18446744073709551615", "flag",
        "flag=Y", "flag=off", "text=anything", "many=1,2,3", "own_type=whatever", "own_type"}) {
    EXPECT_TRUE(ill_typed_parameters(taken, known).empty()) << taken;
  }
}

TEST(IllTypedParameters, SayTheRange) {
  auto found = ill_typed_parameters("small=300", known);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].text, "parameter 'small' is of type byte: '300' is outside of 0 to 255");
}

TEST(NearWords, AreOrderedByDistance) {
  EXPECT_EQ(distance("ext4", "ext4", 3), 0u);
  EXPECT_EQ(distance("etx4", "ext4", 3), 1u);  // two neighbours swapped
  EXPECT_EQ(distance("a", "completely", 3), 4u);
  EXPECT_EQ(near_words("ext5", {"ext2", "ext4", "xfs", "next5"}, 2),
            (std::vector<std::string>{"ext2", "ext4"}));
}

TEST(Advice, KnowsCLibraryAndFloatingPointFunctions) {
  using module::symbol_advice;
  EXPECT_EQ(symbol_advice("printf").substr(0, 34), "that is a C library function; in a");
  EXPECT_NE(symbol_advice("malloc").find("kmalloc"), std::string::npos);
  EXPECT_NE(symbol_advice("__muldf3").find("floating point"), std::string::npos);
  EXPECT_EQ(symbol_advice("printk"), "");
}

}  // namespace
}  // namespace kmodern::diagnose
