#include "database/dependency_graph.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kmodern::database {
namespace {

using List = std::vector<std::uint32_t>;

TEST(DependencyGraph, EveryModuleComesBeforeWhatItNeeds) {
  const DependencyGraph needs = {{3, 1}, {2}, {}, {2}, {0, 3}};
  const List position = topological_positions(needs, {});
  for (std::uint32_t module = 0; module < needs.size(); ++module) {
    for (std::uint32_t needed : needs[module]) EXPECT_LT(position[module], position[needed]);
  }
}

TEST(DependencyGraph, TheClosureIsInOrderForLoadingFromTheRight) {
  const DependencyGraph needs = {{1, 2}, {3}, {1}, {}};
  const List position = topological_positions(needs, {});
  Closure closure(needs, position);
  EXPECT_EQ(closure.of(0), (List{2, 1, 3}));
  EXPECT_EQ(closure.of(3), List{});
}

TEST(DependencyGraph, WithoutACycleThereAreNoKnots) {
  EXPECT_TRUE(find_knots({{1, 2}, {2}, {}}).empty());
}

TEST(DependencyGraph, FindsTwoKnotsJoinedByABranch) {
  // a <-> b, a -> c -> d <-> e: kmod's reporter never ended on this one.
  const DependencyGraph needs = {{1, 2}, {0}, {3}, {4}, {3}};
  const auto knots = find_knots(needs);
  EXPECT_EQ(knots, (std::vector<List>{{0, 1}, {3, 4}}));
  EXPECT_EQ(shortest_cycle(needs, knots[1]), (List{3, 4}));
}

TEST(DependencyGraph, FindsOneKnotOfFiveMutuallyDependentModules) {
  DependencyGraph needs(5);
  for (std::uint32_t module = 0; module < 5; ++module) {
    for (std::uint32_t other = 0; other < 5; ++other) {
      if (other != module) needs[module].push_back(other);
    }
  }
  const auto knots = find_knots(needs);
  ASSERT_EQ(knots, (std::vector<List>{{0, 1, 2, 3, 4}}));
  EXPECT_EQ(shortest_cycle(needs, knots[0]).size(), 2u);
}

TEST(DependencyGraph, ShowsTheWayRoundALongCycle) {
  const DependencyGraph needs = {{2}, {0}, {3}, {1}};
  const auto knots = find_knots(needs);
  ASSERT_EQ(knots.size(), 1u);
  EXPECT_EQ(shortest_cycle(needs, knots[0]), (List{0, 2, 3, 1}));
}

TEST(DependencyGraph, AKnotDoesNotDisturbTheOrderOfTheOthers) {
  // 0 <-> 1; 2 needs 3, 3 needs 4; 0 needs 4 as well.
  const DependencyGraph needs = {{1, 4}, {0}, {3}, {4}, {}};
  const List position = topological_positions(needs, find_knots(needs));
  Closure closure(needs, position);
  EXPECT_EQ(closure.of(2), (List{3, 4}));
  List members = closure.of(1);
  std::ranges::sort(members);
  EXPECT_EQ(members, (List{0, 4}));
}

TEST(DependencyGraph, AVeryLongChainIsNoProblem) {
  DependencyGraph needs(200000);
  for (std::uint32_t module = 0; module + 1 < needs.size(); ++module) needs[module] = {module + 1};
  EXPECT_TRUE(find_knots(needs).empty());
  needs.back() = {0};
  EXPECT_EQ(find_knots(needs).size(), 1u);
}

}  // namespace
}  // namespace kmodern::database
