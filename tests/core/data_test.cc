#include "core/data_module.h"
#include "core/native_fixture.h"

namespace kmodern::core {

// A fault is told as the line of data_module.c.
class Data : public NativeTest {
 protected:
  static long run(long (*function)()) { return core().call(function).value_or(-1); }
};

TEST_F(Data, TreesStaySortedAndBalanced) { EXPECT_EQ(run(tree_stays_sorted_and_balanced), 0); }
TEST_F(Data, TreesAreWalkedChildrenFirst) { EXPECT_EQ(run(tree_is_walked_children_first), 0); }
TEST_F(Data, IdrGivesTheLowestFreeNumber) { EXPECT_EQ(run(idr_gives_the_lowest_free_number), 0); }
TEST_F(Data, CyclicIdrGoesRound) { EXPECT_EQ(run(idr_goes_round), 0); }
TEST_F(Data, IdaGivesNumbersAgain) { EXPECT_EQ(run(ida_gives_back), 0); }
TEST_F(Data, FifosWrapAround) { EXPECT_EQ(run(fifo_wraps_around), 0); }
TEST_F(Data, FifosHoldStructures) { EXPECT_EQ(run(fifo_of_structures), 0); }
TEST_F(Data, HashedListsLinkAndUnlink) { EXPECT_EQ(run(hashed_lists), 0); }
TEST_F(Data, LocklessListsTakeAll) { EXPECT_EQ(run(lockless_lists), 0); }
TEST_F(Data, BitsAreFound) { EXPECT_EQ(run(bits_are_found), 0); }
TEST_F(Data, NotifiersAreCalledByPriority) { EXPECT_EQ(run(notifiers_by_priority), 0); }
TEST_F(Data, StaticKeysSwitchAndCount) { EXPECT_EQ(run(static_keys_count), 0); }
TEST_F(Data, TheLastReferenceReleases) { EXPECT_EQ(run(references_end_once), 0); }
TEST_F(Data, PerCpuVariablesAreThereOnce) { EXPECT_EQ(run(per_cpu_variables), 0); }
TEST_F(Data, CachesAlignAndConstruct) { EXPECT_EQ(run(caches_construct), 0); }
TEST_F(Data, TimesConvert) { EXPECT_EQ(run(times_convert), 0); }

TEST_F(Data, AnObjectOfAnotherCacheIsAFault) {
  const CallResult result = core().call(cache_takes_a_stranger);
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().what.find("is no object of one"), std::string::npos);
  EXPECT_EQ(run(caches_go), 0);
}

}  // namespace kmodern::core
