// The pages that modules' memory is made of: where they come from and what becomes of them.
#include "ukernel/page_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace kmodern::ukernel {
namespace {

constexpr std::size_t page = 4096;

TEST(PagePool, GivesPagesSideBySide) {
  PagePool pool;
  std::byte* first = pool.take(page);
  std::byte* second = pool.take(2 * page);
  EXPECT_EQ(second, first + page);
  EXPECT_LE(reinterpret_cast<std::uintptr_t>(second) + 2 * page, low_end);
  EXPECT_EQ(pool.in_use(), 3 * page);
}

TEST(PagePool, FillsAHoleWithWhatFits) {
  PagePool pool;
  std::byte* first = pool.take(page);
  std::byte* last = pool.take(page);
  pool.give_back(first, page);
  EXPECT_EQ(pool.take(2 * page), last + page);
  EXPECT_EQ(pool.take(page), first);
}

TEST(PagePool, GivesZeroThoughThePageWasUsed) {
  PagePool pool;
  std::byte* once = pool.take(page);
  std::ranges::fill(std::span(once, page), std::byte{0xff});
  pool.give_back(once, page);
  std::byte* again = pool.take(page);
  ASSERT_EQ(again, once);
  EXPECT_EQ(std::ranges::count(std::span(again, page), std::byte{0}), static_cast<long>(page));
}

TEST(PagePool, GivesMoreThanAChunkInOnePiece) {
  PagePool pool;
  constexpr std::size_t size = std::size_t{100} << 20;
  std::byte* begin = pool.take(size);
  ASSERT_NE(begin, nullptr);
  begin[0] = begin[size - 1] = std::byte{1};
}

TEST(PagePool, GivesNothingBeyondTheAddressSpace) {
  PagePool pool;
  EXPECT_EQ(pool.take(low_end - page), nullptr);
  EXPECT_EQ(pool.take(std::size_t{1} << 40), nullptr);
  EXPECT_EQ(pool.in_use(), 0u);
}

TEST(PagePool, GivesNoPageTwiceThoughManyThreadsAsk) {
  const auto pool = std::make_shared<PagePool>();
  auto work = [&](std::byte mark) {
    for (std::size_t round = 0; round < 200; ++round) {
      const Pages pages = Pages::take(pool, (round % 3 + 1) * page);
      std::ranges::fill(pages.bytes(), mark);
      std::this_thread::yield();
      EXPECT_TRUE(std::ranges::all_of(pages.bytes(), [&](std::byte b) { return b == mark; }));
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i <= 4; ++i) threads.emplace_back(work, std::byte(i));
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(pool->in_use(), 0u);
}

}  // namespace
}  // namespace kmodern::ukernel
