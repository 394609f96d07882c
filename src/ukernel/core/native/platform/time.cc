// Waiting and time.
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <ctime>

#include "ukernel/core/native/platform/thread.h"
#include "ukernel/core/native/platform/tick.h"

namespace kmodern::core {

namespace {

constexpr unsigned long long second = 1'000'000'000;

unsigned long long now(clockid_t clock) {
  timespec time = {};
  clock_gettime(clock, &time);
  return static_cast<unsigned long long>(time.tv_sec) * second +
         static_cast<unsigned long long>(time.tv_nsec);
}

}  // namespace

extern "C" {

// The word is module memory: the system call gives EFAULT for a bad one, and the caller's own
// access to it faults.
void platform_wait(int* word, int value) {
  PlatformScope scope;
  const Asleep asleep;
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

void platform_wait_until(int* word, int value, unsigned long long deadline) {
  PlatformScope scope;
  const Asleep asleep;
  const timespec end = {.tv_sec = static_cast<time_t>(deadline / second),
                        .tv_nsec = static_cast<long>(deadline % second)};
  syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, value, &end, nullptr, FUTEX_BITSET_MATCH_ANY);
}

void platform_wake(int* word, int count) {
  PlatformScope scope;
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

int platform_thread_id(void) {
  static thread_local const int id = gettid();
  return id;
}

void platform_yield(void) { sched_yield(); }

void platform_sleep(unsigned long long nanoseconds) {
  PlatformScope scope;
  const Asleep asleep;
  timespec left = {.tv_sec = static_cast<time_t>(nanoseconds / second),
                   .tv_nsec = static_cast<long>(nanoseconds % second)};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

unsigned long long platform_monotonic(void) { return now(CLOCK_MONOTONIC); }
unsigned long long platform_realtime(void) { return now(CLOCK_REALTIME); }

}  // extern "C"

}  // namespace kmodern::core
