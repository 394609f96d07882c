#include "ukernel/core/native/platform/tick.h"

#include <atomic>

#include "ukernel/core/native/platform/thread.h"

// linux/jiffies.h. Module code reads it as it stands.
extern "C" volatile unsigned long jiffies;
volatile unsigned long jiffies = 0;

namespace kmodern::core {

namespace {

constexpr unsigned long long tick = 1'000'000'000 / platform_hz;  // nanoseconds
constexpr int patience = platform_hz;  // ticks without module code until nobody ticks any more

std::atomic<int> running = 0;  // threads in module code, awake
int ticking = 0;               // slept on by the ticker

unsigned long long start_of_time() {
  static const unsigned long long start = platform_monotonic();
  return start;
}

void move_on() {
  const unsigned long now = platform_jiffies();
  unsigned long before = __atomic_load_n(&jiffies, __ATOMIC_RELAXED);
  while (static_cast<long>(now - before) > 0 &&
         !__atomic_compare_exchange_n(&jiffies, &before, now, true, __ATOMIC_RELAXED,
                                      __ATOMIC_RELAXED)) {
  }
}

void tick_forever(void*) {
  while (true) {
    for (int idle = 0; idle < patience; idle = running == 0 ? idle + 1 : 0) {
      platform_sleep(tick);
      move_on();
    }
    __atomic_store_n(&ticking, 0, __ATOMIC_SEQ_CST);
    while (running == 0 && __atomic_load_n(&ticking, __ATOMIC_SEQ_CST) == 0)
      platform_wait(&ticking, 0);
    __atomic_store_n(&ticking, 1, __ATOMIC_SEQ_CST);
  }
}

}  // namespace

void enter_module_code() {
  // Where it cannot be had, jiffies move on at the begin of each call.
  static const bool has_ticker = platform_thread_start("tick", tick_forever, nullptr) == 0;
  (void)has_ticker;
  ++running;
  move_on();
  if (__atomic_load_n(&ticking, __ATOMIC_SEQ_CST) == 0 &&
      __atomic_exchange_n(&ticking, 1, __ATOMIC_SEQ_CST) == 0)
    platform_wake(&ticking, 1);
}

void leave_module_code() { --running; }

Asleep::Asleep() : in_call_(this_thread().guard != nullptr) {
  if (in_call_) leave_module_code();
}

Asleep::~Asleep() {
  if (in_call_) enter_module_code();
}

extern "C" {

// They begin five minutes before they wrap at 32 bits, as in Linux (INITIAL_JIFFIES).
unsigned long platform_jiffies(void) {
  const unsigned long long start = start_of_time();  // before now, also the first time
  return static_cast<unsigned int>(-300 * platform_hz) + (platform_monotonic() - start) / tick;
}

unsigned long long platform_next_tick(void) {
  const unsigned long long start = start_of_time();
  return start + ((platform_monotonic() - start) / tick + 1) * tick;
}

}  // extern "C"

}  // namespace kmodern::core
