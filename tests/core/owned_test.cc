#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "core/native_fixture.h"
#include "core/owned_module.h"

namespace kmodern::core {

using namespace std::chrono_literals;

// All that is acquired here is the test's: its address stands for a module.
class Owned : public NativeTest {
 protected:
  Owned() { host().owner = this; }
  ~Owned() override { host().owner = nullptr; }

  Leftovers left_by(const std::function<void()>& function) {
    std::thread([&] {
      EXPECT_TRUE(core().call([&]() -> long {
        function();
        return 0;
      }));
    }).join();
    return core().clean_up(this);
  }
  static std::string text(const Leftovers& leftovers) {
    std::vector<std::string> lines;
    for (const Leftover& one : leftovers.things) lines.push_back(one.what + ": " + one.fate);
    std::ranges::sort(lines);
    return fmt::format("{}", fmt::join(lines, "; "));
  }
};

TEST_F(Owned, MemoryIsToldByPlaceAndFreed) {
  EXPECT_EQ(text(left_by([] { leave_memory(3); })), "3 blocks of memory (30 bytes): freed");
  EXPECT_EQ(text(core().clean_up(this)), "");
}

TEST_F(Owned, WhatIsGivenBackIsNotTold) {
  EXPECT_EQ(text(left_by([] { (void)take_and_give_back(); })), "");
}

TEST_F(Owned, TimersAndWorkAreTakenAway) {
  EXPECT_EQ(text(left_by([] {
              leave_timer();
              leave_work();
            })),
            "pending work: cancelled; timer: deleted");
}

TEST_F(Owned, QueuesAndCachesAreDestroyed) {
  EXPECT_EQ(text(left_by([] {
              leave_queue();
              leave_cache();
            })),
            "kmem_cache left_cache: destroyed; object of kmem_cache left_cache (24 bytes): freed; "
            "work queue left: destroyed");
}

TEST_F(Owned, AThreadThatStopsWhenItIsAskedToIsEnded) {
  const Leftovers leftovers = left_by([] { leave_thread(1); });
  EXPECT_EQ(text(leftovers), "kernel thread left: ended");
  EXPECT_EQ(leftovers.stays, "");
}

TEST_F(Owned, AThreadThatIsAtItsEndIsNotTold) {
  EXPECT_EQ(text(left_by([] { leave_thread_at_its_end(); })), "");
}

TEST_F(Owned, ReferencesOnOtherModulesArePut) {
  char other[64] = "other";
  EXPECT_EQ(text(left_by([&] { leave_references(other, 2); })),
            "2 references on module other: put");
  EXPECT_EQ(host().puts, 2);
  EXPECT_EQ(text(left_by([&] { leave_references(this, 1); })), "") << "its own";
}

auto threads() {
  return std::ranges::distance(std::filesystem::directory_iterator("/proc/self/task"));
}

TEST_F(Owned, AThreadThatDoesNotKeepsItsModuleAndItsMemory) {
  const auto before = threads();
  const Leftovers leftovers = left_by([] {
    leave_memory(1);
    leave_thread(0);
  });
  EXPECT_EQ(text(leftovers), "block of memory (10 bytes): kept; kernel thread left: kept");
  EXPECT_EQ(leftovers.stays, "kernel thread left");
  let_thread_go();
  EXPECT_EQ(text(core().clean_up(this)), "block of memory (10 bytes): freed");
  // At its end it gives its own memory back.
  for (int i = 0; i < 1000 && threads() > before; ++i) std::this_thread::sleep_for(1ms);
}

}  // namespace kmodern::core
