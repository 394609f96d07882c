#include <cerrno>
#include <thread>

#include "core/native_fixture.h"
#include "core/waiting_module.h"

namespace kmodern::core {

class Waiting : public NativeTest {
 protected:
  // In a thread of its own, as init is.
  static long run(const std::function<long()>& function) {
    long result = -9999;
    std::thread([&] { result = core().call(function).value_or(-9998); }).join();
    return result;
  }
  static long run_interrupted(const std::function<long()>& function) {
    long result = -9999;
    std::thread([&] {
      core().interruptible([] { return true; });
      result = core().call(function).value_or(-9998);
      core().interruptible(nullptr);
    }).join();
    return result;
  }
  // What was logged in between, as one text.
  static std::string log_of(const std::function<long()>& function) {
    host().clear();
    run(function);
    return host().text();
  }
};

TEST_F(Waiting, AWakerEndsAWait) { EXPECT_EQ(run(wait_for_a_thread), 1); }

TEST_F(Waiting, TimeoutsGiveWhatIsLeftOrZero) {
  EXPECT_EQ(run([] { return wait_with_a_timeout(0); }), 0);
  EXPECT_GE(run([] { return wait_with_a_timeout(1); }), 1);
}

TEST_F(Waiting, IsInterruptedWhenTheCallerHasGone) {
  EXPECT_EQ(run_interrupted(wait_interruptibly), -512);  // ERESTARTSYS
  EXPECT_EQ(run_interrupted(wait_on_a_mutex_that_is_held), -EINTR);
}

TEST_F(Waiting, ACompletionLetsOneWaiterGoEachTime) {
  EXPECT_EQ(run([] { return complete_each_waiter_once(4); }), 4);
}

TEST_F(Waiting, AStoppedThreadGivesBackWhatItReturned) {
  EXPECT_EQ(run([] { return stop_a_thread(1); }), 42);
}

TEST_F(Waiting, AThreadThatNeverRanIsStoppedWithEINTR) {
  EXPECT_EQ(run([] { return stop_a_thread(0); }), -EINTR);
}

TEST_F(Waiting, ParkedThreadsStandStill) { EXPECT_EQ(run(park_a_thread), 0); }

TEST_F(Waiting, AThreadMayEndWithACompletion) { EXPECT_EQ(run(exit_with_a_completion), 0); }

TEST_F(Waiting, TimersFireOnceAndInInterruptContext) {
  timer_seen seen = {};
  EXPECT_EQ(run([&] { return timers_fire_once(&seen); }), 1);
  EXPECT_TRUE(seen.in_interrupt != 0 && seen.was_pending != 0 && seen.deleted != 0);
}

TEST_F(Waiting, DeletingATimerWaitsWhileItRuns) { EXPECT_EQ(run(delete_a_timer_that_runs), 1); }

TEST_F(Waiting, HrtimersRestart) {
  EXPECT_EQ(run([] { return hrtimer_restarts(20); }), 20);
}

TEST_F(Waiting, WorkRunsOnceForEachTimeItIsQueued) {
  EXPECT_EQ(run(work_runs_once_for_each_time_queued), 1);
}

TEST_F(Waiting, OrderedQueuesKeepTheirOrder) {
  EXPECT_EQ(run(work_of_an_ordered_queue_keeps_its_order), 1);
}

TEST_F(Waiting, WorkThatSleepsDoesNotStopOtherWork) {
  EXPECT_EQ(run(work_of_a_queue_runs_side_by_side), 1);
}

TEST_F(Waiting, WorkMayQueueItselfAgain) {
  EXPECT_EQ(run([] { return work_requeues_itself(50); }), 50);
}

TEST_F(Waiting, CancelledWorkDoesNotRun) { EXPECT_EQ(run(cancel_pending_work), 1); }

TEST_F(Waiting, DelayedWorkCanBeFlushedAndCancelled) { EXPECT_EQ(run(delayed_work_hurries), 1); }

TEST_F(Waiting, DisabledTaskletsRunWhenTheyAreEnabled) {
  EXPECT_EQ(run(tasklets_wait_until_enabled), 1);
}

TEST_F(Waiting, SynchronizeRcuWaitsForReaders) { EXPECT_EQ(run(rcu_waits_for_readers), 1); }

TEST_F(Waiting, LocksOfEveryKindExclude) {
  for (int kind = 0; kind < 5; ++kind)
    EXPECT_EQ(run([kind] { return count_under(kind, 4); }), 8000) << kind;
}

TEST_F(Waiting, SleepingInATimerIsComplainedOf) {
  EXPECT_NE(log_of(sleep_in_a_timer).find("BUG: sleeping function called from invalid context"),
            std::string::npos);
}

TEST_F(Waiting, AMutexThatIsHeldOnReturnIsComplainedOf) {
  const std::string log = log_of(return_with_a_mutex);
  EXPECT_NE(log.find("BUG: module code returned with locks held"), std::string::npos) << log;
  EXPECT_NE(log.find("#0: mutex"), std::string::npos) << log;
}

TEST_F(Waiting, DisabledPreemptionOnReturnIsComplainedOf) {
  EXPECT_NE(log_of(return_without_preempt_enable).find("returned with preempt_count 00000001"),
            std::string::npos);
}

TEST_F(Waiting, FreeingAHeldLockIsComplainedOf) {
  EXPECT_NE(log_of(free_a_held_lock).find("BUG: held lock freed"), std::string::npos);
}

TEST_F(Waiting, WritingWhatOneReadsIsAFaultAndNotAHang) {
  const CallResult result = core().call(read_lock_twice_for_writing);
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().what.find("deadlock"), std::string::npos) << result.error().what;
}

}  // namespace kmodern::core
