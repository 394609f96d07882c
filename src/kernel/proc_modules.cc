#include "kernel/proc_modules.h"

#include <fmt/core.h>

#include <cerrno>
#include <limits>

#include "base/text.h"

namespace kmodern::kernel {
namespace {

constexpr std::string_view permanent_mark = "[permanent]";

struct StateWord {
  std::string_view word;
  State state;
};
constexpr StateWord state_words[] = {
    {"Live", State::live}, {"Loading", State::coming}, {"Unloading", State::going}};

bool read_refcnt(std::string_view word, LoadedModule& module) {
  if (word == "-") {  // a kernel without MODULE_UNLOAD counts nothing
    module.refcnt = -1;
    return true;
  }
  bool negative = word.starts_with('-');
  auto value = parse_number(word.substr(negative ? 1 : 0));
  if (!value || *value > std::numeric_limits<int>::max()) return false;
  module.refcnt = negative ? -static_cast<long>(*value) : static_cast<long>(*value);
  return true;
}

void read_holders(std::string_view word, LoadedModule& module) {
  if (word == "-") return;
  for (std::string_view holder : split(word, ",")) {
    if (holder == permanent_mark)
      module.permanent = true;
    else
      module.holders.emplace_back(holder);
  }
}

bool read_state(std::string_view word, LoadedModule& module) {
  for (const StateWord& known : state_words) {
    if (known.word != word) continue;
    module.state = known.state;
    return true;
  }
  return false;
}

bool read_taints(std::string_view word, LoadedModule& module) {
  if (word.size() < 2 || word.front() != '(' || word.back() != ')') return false;
  for (char letter : word.substr(1, word.size() - 2)) {
    if (letter != '+' && letter != '-') module.taints += letter;  // marks of coming and going
  }
  return true;
}

// The name of the field that is wrong; empty if the line is sound.
std::string_view read_line(std::string_view line, LoadedModule& module) {
  auto words = split(line, " ");
  if (words.size() < 6) return "number of fields";
  module.name = words[0];
  auto size = parse_number(words[1]);
  if (!size) return "size";
  module.size = *size;
  if (!read_refcnt(words[2], module)) return "use count";
  read_holders(words[3], module);
  if (!read_state(words[4], module)) return "state";
  auto address = parse_number(words[5]);
  if (!words[5].starts_with("0x") || !address) return "address";
  module.address = *address;
  if (words.size() > 6 && !read_taints(words[6], module)) return "taint";
  return {};
}

}  // namespace

Result<std::vector<LoadedModule>> parse_proc_modules(std::string_view text, std::string_view path) {
  std::vector<LoadedModule> modules;
  std::size_t number = 0;
  for (std::string_view line : lines(text)) {
    ++number;
    if (trim(line).empty()) continue;
    LoadedModule module;
    if (std::string_view wrong = read_line(line, module); !wrong.empty()) {
      return fail(EBADMSG, std::string(path),
                  fmt::format("line {} has an unknown {}: '{}'", number, wrong, line),
                  "report it: this kernel writes a form that kmodern does not know");
    }
    modules.push_back(std::move(module));
  }
  return modules;
}

std::string format_proc_module(const LoadedModule& module) {
  std::string holders;
  for (const std::string& holder : module.holders) holders += holder + ",";
  if (module.permanent) holders += fmt::format("{},", permanent_mark);
  if (holders.empty()) holders = "-";
  std::string line =
      fmt::format("{} {} {} {} ", module.name, module.size,
                  module.refcnt == -1 ? "-" : std::to_string(module.refcnt), holders);
  std::string_view mark;
  if (module.state == State::coming) mark = "+";
  if (module.state == State::going) mark = "-";
  for (const StateWord& known : state_words) {
    if (known.state == module.state) line += known.word;
  }
  line += fmt::format(" 0x{:016x}", module.address);
  if (!module.taints.empty()) line += fmt::format(" ({}{})", module.taints, mark);
  return line + "\n";
}

}  // namespace kmodern::kernel
