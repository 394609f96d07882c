#include "ukernel/core/native/platform/guard.h"

#include <fmt/core.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "ukernel/core/native/platform/fault.h"
#include "ukernel/core/native/platform/thread.h"
#include "ukernel/core/native/platform/tick.h"

// The linker's: where this program's own code lies.
extern "C" const char __executable_start, etext;  // NOLINT(bugprone-reserved-identifier)

namespace kmodern::core {

// One guarded call; they nest.
struct Guard {
  sigjmp_buf back;
  RawFault raw;
  Guard* outer = nullptr;
  std::uintptr_t frame = 0;  // module frames lie below it
  int in_platform = 0;       // of the caller, to be put back
  int atomic_depth = 0;
  int held_count = 0;
};

namespace {

// How a call is left but by its return.
enum { jump_faulted = 1, jump_left = 2 };

constexpr int level_error = 3;
constexpr std::array handled = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
std::array<struct sigaction, NSIG> previous;

// Not module code's doing: say so, and let the handler before us end the process when the
// instruction is tried again.
void give_up(int signal, const siginfo_t& info, const ucontext_t& context) {
  std::array<char, 256> text;
  const int length = std::snprintf(
      text.data(), text.size(),
      "ukernel: fatal: signal %d in the kernel itself, at instruction %#llx, address %p\n", signal,
      static_cast<unsigned long long>(context.uc_mcontext.gregs[REG_RIP]), info.si_addr);
  if (write(STDERR_FILENO, text.data(), static_cast<std::size_t>(length)) < 0) _exit(128 + signal);
  sigaction(signal, &previous[static_cast<std::size_t>(signal)], nullptr);
  if (info.si_code <= 0) raise(signal);  // sent by a process: nothing is tried again
}

void on_signal(int signal, siginfo_t* info, void* context_pointer) {
  const auto& context = *static_cast<const ucontext_t*>(context_pointer);
  Thread& thread = this_thread();
  Guard* guard = thread.guard;
  const bool by_processor = info->si_code > 0;
  if (guard == nullptr || thread.in_platform != 0 || !by_processor) {
    give_up(signal, *info, context);
    return;
  }
  thread.in_platform = 1;  // a fault while taking this one down is ours
  guard->raw = take_down(signal, *info, context, thread, guard->frame);
  // As a return from here would: what this handler blocks (under a sanitizer: everything) would
  // stay blocked, and the thread's next fault end the process.
  pthread_sigmask(SIG_SETMASK, &context.uc_sigmask, nullptr);
  siglongjmp(guard->back, jump_faulted);
}

// A thread's second stack, on which a fault of the first can be handled.
class AlternateStack {
 public:
  AlternateStack() {
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;  // faults are still caught, but for stack overflows
    const stack_t stack = {.ss_sp = memory, .ss_flags = 0, .ss_size = size};
    if (sigaltstack(&stack, &before_) == 0) memory_ = memory;
  }
  ~AlternateStack() {
    if (memory_ == nullptr) return;
    sigaltstack(&before_, nullptr);  // a sanitizer takes its own away when the thread ends
    munmap(memory_, size);
  }
  AlternateStack(const AlternateStack&) = delete;

 private:
  static constexpr std::size_t size = 64 << 10;
  void* memory_ = nullptr;
  stack_t before_ = {};
};

void find_stack_bounds(Thread& thread) {
  if (thread.stack_high != 0) return;
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  void* low = nullptr;
  std::size_t size = 0;
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_destroy(&attributes);
  thread.stack_low = reinterpret_cast<std::uintptr_t>(low);
  thread.stack_high = thread.stack_low + size;
}

// No locals that change between sigsetjmp and siglongjmp.
[[gnu::noinline]] bool run(Guard& guard, const std::function<long()>& function, long& result) {
  switch (sigsetjmp(guard.back, 0)) {
    case 0:
      result = function();
      return true;
    case jump_left:
      return true;
    default:
      return false;
  }
}

// What a call must have given back when it returned.
void check_balance(Thread& thread, const Guard& guard, int preempt_count) {
  if (thread.held_count > guard.held_count) {
    PlatformScope scope;
    if (Host* to = host()) to->log(level_error, "BUG: module code returned with locks held", false);
    log_locks(level_error, guard.held_count);
  } else if (thread.atomic_depth != preempt_count) {
    PlatformScope scope;
    if (Host* to = host())
      to->log(level_error,
              fmt::format("BUG: module code returned with preempt_count {:08x}, it was called with "
                          "{:08x}",
                          thread.atomic_depth, preempt_count),
              false);
  }
}

}  // namespace

void install_guard() {
  struct sigaction action = {};
  action.sa_sigaction = on_signal;
  // NODEFER: a fault in the handler is told, too.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (int signal : handled)
    sigaction(signal, &action, &previous[static_cast<std::size_t>(signal)]);
}

bool is_own_code(std::uintptr_t address) {
  return address >= reinterpret_cast<std::uintptr_t>(&__executable_start) &&
         address < reinterpret_cast<std::uintptr_t>(&etext);
}

CallResult guarded_call(const std::function<long()>& function, int preempt_count) {
  static thread_local AlternateStack alternate_stack;
  (void)alternate_stack;
  Thread& thread = this_thread();
  find_stack_bounds(thread);
  Guard guard;
  guard.outer = thread.guard;
  guard.frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  guard.in_platform = std::exchange(thread.in_platform, 0);
  guard.atomic_depth = std::exchange(thread.atomic_depth, preempt_count);
  guard.held_count = thread.held_count;
  if (thread.guard == nullptr) enter_module_code();
  thread.guard = &guard;
  long result = 0;
  const bool returned = run(guard, function, result);
  thread.guard = guard.outer;
  if (thread.guard == nullptr) leave_module_code();
  if (returned) check_balance(thread, guard, preempt_count);
  thread.held_count = guard.held_count;
  thread.in_platform = guard.in_platform;
  thread.atomic_depth = guard.atomic_depth;
  if (returned) return result;
  Fault fault = tell(guard.raw);
  std::free(const_cast<char*>(std::exchange(thread.bug, nullptr)));
  return std::unexpected(std::move(fault));
}

extern "C" void platform_bug(const char* text) {
  Thread& thread = this_thread();
  {
    PlatformScope scope;
    thread.bug = strdup(text);
  }
  if (thread.guard == nullptr) std::fprintf(stderr, "ukernel: fatal: %s\n", text);
  __builtin_trap();  // ud2, as Linux's BUG()
}

extern "C" int platform_call(void (*function)(void*), void* argument) {
  const CallResult result = guarded_call([=]() -> long {
    function(argument);
    return 0;
  });
  if (!result && host() != nullptr) host()->oops(result.error());
  return result ? 0 : -1;
}

extern "C" void platform_leave(void) {
  Thread& thread = this_thread();
  if (thread.guard == nullptr) std::abort();  // the kernel's own threads have nowhere to go
  siglongjmp(thread.guard->back, jump_left);
}

extern "C" int platform_backtrace(unsigned long* to, int limit) {
  const Thread& thread = this_thread();
  if (thread.guard == nullptr || limit <= 0) return 0;
  const auto frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return static_cast<int>(
      walk_frames(frame, frame, thread.guard->frame, to, static_cast<std::size_t>(limit)));
}

}  // namespace kmodern::core
