#include "ukernel/oops.h"

#include <execinfo.h>
#include <fmt/core.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

namespace kmodern::ukernel {

namespace {

// How many lines of one oops are worth the log's room.
constexpr std::size_t longest_trace = 64;
constexpr std::uintptr_t null_page = 4096;

std::string upper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
  return result;
}

// By the signal alone, for a core that tells no more.
std::string what_happened(const core::Fault& fault) {
  switch (fault.signal) {
    case SIGSEGV:
    case SIGBUS:
      return fault.address < null_page
                 ? fmt::format("BUG: kernel NULL pointer dereference, address: {:016x}",
                               fault.address)
                 : fmt::format("BUG: unable to handle page fault for address: {:016x}",
                               fault.address);
    case SIGFPE:
      return "divide error";
    case SIGILL:
      return "invalid opcode";
    default:
      return fmt::format("signal {}", fault.signal);
  }
}

// Of page faults and BUG() the kernel says more than what the processor calls it.
bool has_line_of_its_own(std::string_view headline) {
  return headline.starts_with("BUG: ") || headline.starts_with("kernel ");
}

// What the processor calls it, for the line that counts the oopses.
std::string exception(const core::Fault& fault) {
  std::string text = headline(fault);
  if (!has_line_of_its_own(text)) return text;
  return fault.signal == SIGILL ? "invalid opcode" : "Oops";
}

std::string thread_name() {
  char name[16] = "";
  ::pthread_getname_np(::pthread_self(), name, sizeof(name));
  return name;
}

// "Tainted: G    D    O   ", as print_tainted() in kernel/panic.c.
std::string tainted_text(std::uint64_t mask) {
  if (mask == 0) return "Not tainted";
  static constexpr std::string_view letters = "PFSRMBUDAWCIOELKXTN";
  std::string text = "Tainted: ";
  for (std::size_t bit = 0; bit < letters.size(); ++bit)
    text += mask >> bit & 1 ? letters[bit] : (bit == 0 ? 'G' : ' ');
  return text;
}

std::string linked_in(const ModuleList& modules) {
  std::string text;
  for (const auto& module : modules.snapshot()) text += " " + module.name + flags_of(module);
  if (const auto last = modules.last_unloaded(); !last.empty())
    text += " [last unloaded: " + last + "]";
  return text;
}

std::string whereabouts(const std::string& tainted, const std::string& release) {
  return fmt::format("CPU: 0 PID: {} Comm: {} {} {}", ::gettid(), thread_name(), tainted, release);
}

}  // namespace

std::string symbolize(const Context& context, std::uintptr_t address) {
  if (auto text = context.kallsyms.symbolize(address)) return *text;
  if (auto text = context.core.symbolize(address)) return *text;
  return fmt::format("{:#x}", address);
}

std::string blame(const Context& context, const core::Fault& fault) {
  for (std::uintptr_t address : fault.backtrace) {
    if (context.kallsyms.owner(address)) return symbolize(context, address);
  }
  return symbolize(context, fault.ip);
}

std::string headline(const core::Fault& fault) {
  return fault.what.empty() ? what_happened(fault) : fault.what;
}

std::vector<std::string> oops_lines(const core::Fault& fault, unsigned number,
                                    const std::string& release, const std::string& tainted,
                                    const std::string& modules,
                                    const std::function<std::string(std::uintptr_t)>& name_of) {
  std::vector<std::string> lines;
  if (has_line_of_its_own(headline(fault))) lines.push_back(headline(fault));
  lines.push_back(fmt::format("{}: 0000 [#{}]", exception(fault), number));
  lines.push_back(whereabouts(tainted, release));
  lines.push_back("RIP: 0010:" + name_of(fault.ip));
  std::string row;
  int in_row = 0;
  for (const auto& [name, value] : fault.registers) {
    if (name == "RIP") continue;  // it has its line
    row += fmt::format("{}{}: {:016x}", in_row == 0 ? "" : " ", upper(name), value);
    if (++in_row < 3 && name != "EFLAGS") continue;
    lines.push_back(std::move(row));
    row.clear();
    in_row = 0;
  }
  if (!row.empty()) lines.push_back(std::move(row));
  lines.emplace_back("Call Trace:");
  lines.emplace_back(" <TASK>");
  std::size_t shown = 0;
  for (std::size_t i = 0; i < fault.backtrace.size() && shown < longest_trace; ++i, ++shown) {
    // The innermost has its line above; a return address follows the call that it belongs to.
    if (i == 0 && fault.backtrace[0] == fault.ip) continue;
    lines.push_back(" " + name_of(fault.backtrace[i]));
  }
  lines.emplace_back(" </TASK>");
  lines.push_back("Modules linked in:" + modules);
  if (fault.signal == SIGSEGV || fault.signal == SIGBUS)
    lines.push_back(fmt::format("CR2: {:016x}", fault.address));
  lines.emplace_back("---[ end trace 0000000000000000 ]---");
  return lines;
}

void dump_stack(Context& context) {
  context.log.write(level::warning,
                    whereabouts(tainted_text(context.taints.mask()), context.core.release()));
  context.log.write(level::warning, "Call Trace:");
  context.log.write(level::warning, " <TASK>");
  std::array<void*, longest_trace> stack;
  const int depth = ::backtrace(stack.data(), static_cast<int>(stack.size()));
  for (int i = 1; i < depth; ++i) {
    const auto address = reinterpret_cast<std::uintptr_t>(stack[static_cast<std::size_t>(i)]);
    context.log.write(level::warning, " " + symbolize(context, address));
  }
  context.log.write(level::warning, " </TASK>");
}

std::string record_oops(Context& context, const core::Fault& fault, const std::string& suspect) {
  std::string culprit = suspect;
  std::vector<std::uintptr_t> stack{fault.ip};
  stack.insert(stack.end(), fault.backtrace.begin(), fault.backtrace.end());
  for (std::uintptr_t address : stack) {
    if (auto owner = context.kallsyms.owner(address)) {
      culprit = *owner;
      break;
    }
  }
  // What called the module's first function is this program's own business.
  core::Fault shown = fault;
  auto of_module = [&](std::uintptr_t address) {
    return context.kallsyms.owner(address).has_value();
  };
  auto first = std::ranges::find_if(shown.backtrace.rbegin(), shown.backtrace.rend(), of_module);
  if (first != shown.backtrace.rend()) shown.backtrace.erase(first.base(), shown.backtrace.end());
  // As in Linux, the text shows the taints from before this oops.
  auto lines = oops_lines(shown, ++context.oopses, context.core.release(),
                          tainted_text(context.taints.mask()), linked_in(context.modules),
                          [&](std::uintptr_t address) { return symbolize(context, address); });
  for (std::size_t i = 0; i < lines.size(); ++i)
    context.log.write(i == 0 ? level::alert : level::warning, lines[i]);
  add_taint(context, Taint::died);
  if (auto module = culprit.empty() ? nullptr : context.modules.find(culprit))
    context.modules.pin(*module);
  return culprit;
}

}  // namespace kmodern::ukernel
