#include <csignal>
#include <thread>

#include "core/native_fixture.h"
#include "ukernel/core/native/platform/thread.h"

namespace kmodern::core {

class Guarded : public NativeTest {
 protected:
  static Fault fault_of(const std::function<long()>& function) {
    CallResult result = core().call(function);
    EXPECT_FALSE(result.has_value());
    return result ? Fault() : result.error();
  }
};

// What module code could do; not inlined, so that it has a frame of its own.
#define MODULE_CODE __attribute__((noinline, no_sanitize("address", "undefined", "thread"))) long

MODULE_CODE write_to(std::uintptr_t address) {
  *reinterpret_cast<volatile int*>(address) = 1;
  return 0;
}
MODULE_CODE jump_to(std::uintptr_t address) {
  reinterpret_cast<void (*)()>(address)();
  return 1;  // not a tail call: the frame is still there
}
MODULE_CODE divide_by(volatile int* divisor) { return 100 / *divisor; }
MODULE_CODE recurse(volatile int* depth) {
  volatile char frame[512];
  frame[0] = 1;
  *depth = *depth + 1;
  if (*depth < 0) return 0;
  return recurse(depth) + frame[0];
}

TEST_F(Guarded, GivesBackWhatTheCodeReturned) {
  EXPECT_EQ(core().call([] { return -12L; }).value(), -12);
}

TEST_F(Guarded, NullPointersAreFaultsInLinuxsWords) {
  const Fault fault = fault_of([] { return write_to(8); });
  EXPECT_EQ(fault.signal, SIGSEGV);
  EXPECT_EQ(fault.address, 8u);
  EXPECT_EQ(fault.what, "BUG: kernel NULL pointer dereference, address: 0000000000000008");
  EXPECT_EQ(fault.ip, fault.backtrace.at(0));
  EXPECT_GE(fault.backtrace.size(), 2u);
  EXPECT_EQ(fault.registers.at(0).first, "RIP");
  EXPECT_EQ(fault.registers.at(0).second, fault.ip);
}

TEST_F(Guarded, WildPointersAreFaults) {
  const Fault fault = fault_of([] { return write_to(0x10000); });
  EXPECT_EQ(fault.what, "BUG: unable to handle page fault for address: 0000000000010000");
}

TEST_F(Guarded, AddressesThatAreNotCanonicalAreFaults) {
  const Fault fault = fault_of([] { return write_to(0xdead000000000100); });
  EXPECT_TRUE(fault.what.starts_with("general protection fault")) << fault.what;
}

TEST_F(Guarded, ACallThroughNullShowsTheCaller) {
  const Fault fault = fault_of([] { return jump_to(0); });
  EXPECT_EQ(fault.ip, 0u);
  ASSERT_GE(fault.backtrace.size(), 2u);
  const auto caller = reinterpret_cast<std::uintptr_t>(&jump_to);
  EXPECT_GE(fault.backtrace[1], caller);
  EXPECT_LT(fault.backtrace[1], caller + 128);
}

TEST_F(Guarded, DivisionByZeroIsADivideError) {
  volatile int zero = 0;
  const Fault fault = fault_of([&] { return divide_by(&zero); });
  EXPECT_EQ(fault.signal, SIGFPE);
  EXPECT_EQ(fault.what, "divide error");
}

TEST_F(Guarded, UndefinedInstructionsAreInvalidOpcodes) {
  EXPECT_EQ(fault_of([]() -> long { __builtin_trap(); }).what, "invalid opcode");
}

TEST_F(Guarded, BugNamesItsPlace) {
  const Fault fault = fault_of([] {
    api<void(const char*, int)>("__kmodern_bug")("drivers/x.c", 17);
    return 0L;
  });
  EXPECT_EQ(fault.what, "kernel BUG at drivers/x.c:17!");
}

TEST_F(Guarded, AnOverflowOfTheStackIsCaught) {
  Fault fault;
  std::thread thread([&] {
    int depth = 0;
    fault = fault_of([&] { return recurse(&depth); });
  });
  thread.join();
  EXPECT_NE(fault.what.find("stack guard page"), std::string::npos) << fault.what;
  EXPECT_EQ(core().call([] { return 5L; }).value(), 5);
}

TEST_F(Guarded, CallsNestAndOnlyTheInnerOneIsAbandoned) {
  const CallResult result = core().call([] {
    const CallResult inner = core().call([] { return write_to(0); });
    return inner.has_value() ? 0L : 77L;
  });
  EXPECT_EQ(result.value(), 77);
}

TEST_F(Guarded, FaultsAgainAndAgainOnManyThreads) {
  std::vector<std::thread> threads;
  std::atomic<int> faults = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) faults += core().call([] { return write_to(16); }) ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(faults, 200);
}

TEST_F(Guarded, WarnLogsItsPlaceAndGoesOn) {
  const CallResult result = core().call([] {
    api<void(const char*, int, const char*, ...)>("__kmodern_warn")("a.c", 3, "odd: %d\n", 4);
    return 1L;
  });
  EXPECT_EQ(result.value(), 1);
  EXPECT_EQ(host().lines.at(1), "<4>odd: 4");
  EXPECT_NE(host().lines.at(2).find("at a.c:3"), std::string::npos);
}

using GuardedDeathTest = Guarded;

TEST_F(GuardedDeathTest, AFaultOfTheKernelItselfEndsTheProcess) {
  EXPECT_DEATH(core().call([] {
    const PlatformScope in_the_kernel;
    return write_to(8);
  }),
               "fatal: signal 11 in the kernel itself");
}

TEST_F(GuardedDeathTest, AFaultOutsideOfACallEndsTheProcess) {
  EXPECT_DEATH(write_to(8), "fatal: signal 11 in the kernel itself");
}

}  // namespace kmodern::core
