#include <thread>

#include "core/native_fixture.h"

namespace kmodern::core {

// As the SDK's headers lay them out.
struct Lock {
  int state = 0;
  int owner = 0;
};

class Locks : public NativeTest {
 protected:
  using Operation = void(Lock*);

  // How far two threads count together under a lock.
  static int count_together(Operation* lock, Operation* unlock) {
    Lock guard;
    int count = 0;
    auto work = [&] {
      for (int i = 0; i < 20000; ++i) {
        lock(&guard);
        count = count + 1;
        unlock(&guard);
      }
    };
    std::thread other(work);
    work();
    other.join();
    return count;
  }
};

TEST_F(Locks, MutexesExclude) {
  EXPECT_EQ(count_together(api<Operation>("mutex_lock"), api<Operation>("mutex_unlock")), 40000);
}

TEST_F(Locks, SpinlocksExclude) {
  EXPECT_EQ(count_together(api<Operation>("_raw_spin_lock"), api<Operation>("_raw_spin_unlock")),
            40000);
}

TEST_F(Locks, LockingTwiceIsAFaultAndNotAHang) {
  for (const char* name : {"mutex_lock", "_raw_spin_lock"}) {
    Lock lock;
    const CallResult result = core().call([&] {
      api<Operation>(name)(&lock);
      api<Operation>(name)(&lock);
      return 0L;
    });
    ASSERT_FALSE(result.has_value());
    EXPECT_NE(result.error().what.find("deadlock"), std::string::npos) << result.error().what;
  }
}

TEST_F(Locks, UnlockingWhatIsNotHeldIsAFault) {
  Lock lock;
  EXPECT_FALSE(core().call([&] {
    api<Operation>("mutex_unlock")(&lock);
    return 0L;
  }));
}

TEST_F(Locks, SleepingUnderASpinlockIsWarnedAbout) {
  Lock lock;
  ASSERT_TRUE(core().call([&] {
    api<Operation>("_raw_spin_lock")(&lock);
    api<void(unsigned)>("msleep")(0);
    api<Operation>("_raw_spin_unlock")(&lock);
    return 0L;
  }));
  ASSERT_FALSE(host().lines.empty());
  EXPECT_NE(host().lines[0].find("sleeping function called from invalid context"),
            std::string::npos);
}

}  // namespace kmodern::core
