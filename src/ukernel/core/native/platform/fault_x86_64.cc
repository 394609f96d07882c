#include <fmt/core.h>
#include <sys/ucontext.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "ukernel/core/native/platform/fault.h"

namespace kmodern::core {

namespace {

struct Register {
  const char* name;
  int index;
};

// In the order of Linux's show_regs().
constexpr Register known_registers[] = {
    {"RIP", REG_RIP}, {"RSP", REG_RSP}, {"EFLAGS", REG_EFL}, {"RAX", REG_RAX}, {"RBX", REG_RBX},
    {"RCX", REG_RCX}, {"RDX", REG_RDX}, {"RSI", REG_RSI},    {"RDI", REG_RDI}, {"RBP", REG_RBP},
    {"R08", REG_R8},  {"R09", REG_R9},  {"R10", REG_R10},    {"R11", REG_R11}, {"R12", REG_R12},
    {"R13", REG_R13}, {"R14", REG_R14}, {"R15", REG_R15}};
static_assert(std::size(known_registers) == std::tuple_size_v<decltype(RawFault::registers)>);

constexpr std::uint64_t page_size = 4096;

// The processor's exceptions, and bits of a page fault's error code.
enum Trap { divide = 0, breakpoint = 3, overflow = 4, bounds = 5, opcode = 6, stack = 12 };
enum { protection = 13, page = 14, x87 = 16, alignment = 17, simd = 19 };
enum { error_present = 1, error_fetch = 16 };

std::string page_fault_text(const RawFault& raw) {
  if (raw.in_stack_guard)
    return fmt::format("BUG: kernel stack guard page was hit at {:016x} (stack overflow)",
                       raw.address);
  if (raw.address < page_size)
    return fmt::format("BUG: kernel NULL pointer dereference, address: {:016x}", raw.address);
  if ((raw.error & error_fetch) != 0 && (raw.error & error_present) != 0)
    return fmt::format("kernel tried to execute NX-protected page, address: {:016x}", raw.address);
  return fmt::format("BUG: unable to handle page fault for address: {:016x}", raw.address);
}

std::string text_of(const RawFault& raw) {
  if (raw.bug != nullptr) return raw.bug;
  switch (raw.trap) {
    case page:
      return page_fault_text(raw);
    case divide:
      return "divide error";
    case breakpoint:
      return "int3";
    case overflow:
      return "overflow";
    case bounds:
      return "bounds";
    case opcode:
      return "invalid opcode";
    case stack:
      return "stack segment";
    case protection:
      return "general protection fault, maybe for an address that is not canonical";
    case x87:
      return "fpu exception";
    case alignment:
      return "alignment check";
    case simd:
      return "simd exception";
    default:
      return fmt::format("exception {} ({})", raw.trap, strsignal(raw.signal));
  }
}

// A word of the faulting thread's stack, which is mapped: module frames are not ASan's.
__attribute__((no_sanitize("address"))) std::uintptr_t word_at(std::uintptr_t address) {
  return *reinterpret_cast<const volatile std::uintptr_t*>(address);
}

}  // namespace

std::size_t walk_frames(std::uintptr_t frame, std::uintptr_t low, std::uintptr_t stop,
                        std::uintptr_t* to, std::size_t limit) {
  std::size_t depth = 0;
  while (depth < limit && frame >= low && frame % 8 == 0 && frame + 16 <= stop) {
    const std::uintptr_t return_address = word_at(frame + 8);
    if (return_address == 0) break;
    to[depth++] = return_address;
    const std::uintptr_t next = word_at(frame);
    if (next <= frame) break;  // frames only go up
    frame = next;
  }
  return depth;
}

RawFault take_down(int signal, const siginfo_t& info, const ucontext_t& context,
                   const Thread& thread, std::uintptr_t stop) {
  const greg_t* registers = context.uc_mcontext.gregs;
  RawFault raw;
  raw.signal = signal;
  raw.trap = static_cast<std::uint64_t>(registers[REG_TRAPNO]);
  raw.error = static_cast<std::uint64_t>(registers[REG_ERR]);
  if (signal == SIGSEGV || signal == SIGBUS)
    raw.address = reinterpret_cast<std::uintptr_t>(info.si_addr);
  raw.bug = thread.bug;
  for (std::size_t index = 0; index < std::size(known_registers); ++index)
    raw.registers[index] = static_cast<std::uint64_t>(registers[known_registers[index].index]);

  const auto ip = static_cast<std::uintptr_t>(registers[REG_RIP]);
  const auto sp = static_cast<std::uintptr_t>(registers[REG_RSP]);
  // Threads' guard pages lie inside of what pthread_getattr_np() gives, or just below of it.
  constexpr std::uintptr_t reach = 1 << 16;
  raw.in_stack_guard = raw.trap == page && raw.address + reach > sp && raw.address < sp + reach &&
                       raw.address + reach > thread.stack_low &&
                       raw.address < thread.stack_low + reach;
  raw.backtrace[raw.depth++] = ip;
  const bool stack_is_readable = sp >= thread.stack_low && sp < stop && !raw.in_stack_guard;
  // A call through a bad pointer: the frame is the caller's still, its return address on top.
  if (stack_is_readable && raw.trap == page && raw.address == ip)
    raw.backtrace[raw.depth++] = word_at(sp);
  raw.depth +=
      walk_frames(static_cast<std::uintptr_t>(registers[REG_RBP]), std::max(sp, thread.stack_low),
                  stop, raw.backtrace.data() + raw.depth, raw.backtrace.size() - raw.depth);
  return raw;
}

Fault tell(const RawFault& raw) {
  Fault fault;
  fault.signal = raw.signal;
  fault.address = raw.address;
  fault.ip = raw.backtrace[0];
  fault.backtrace.assign(raw.backtrace.begin(), raw.backtrace.begin() + raw.depth);
  for (std::size_t index = 0; index < raw.registers.size(); ++index)
    fault.registers.emplace_back(known_registers[index].name, raw.registers[index]);
  fault.what = text_of(raw);
  return fault;
}

}  // namespace kmodern::core
