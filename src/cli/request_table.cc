#include "cli/request_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/printable.h"
#include "base/time_text.h"

namespace kmodern::cli {
namespace {

using kerneld::Event;
using kerneld::EventStep;
using kerneld::Verdict;

// Of a line that does not fit into `width`, the end goes.
std::string cut(std::string line, std::size_t width) {
  line.erase(line.find_last_not_of(' ') + 1);
  if (width != 0 && line.size() > width) {
    line.resize(width - 1);
    line += '>';
  }
  return line + "\n";
}

std::string asker_of(const Event& event) {
  if (event.asker.pid == 0) return "the kernel";
  return fmt::format("{}[{}]", printable(event.asker.comm), event.asker.pid);
}

std::string user_of(const Event& event) {
  if (!event.user.empty()) return printable(event.user);
  return event.asker.uid < 0 ? "-" : std::to_string(event.asker.uid);
}

}  // namespace

std::string result_of(const Event& event) {
  std::string result(name(event.verdict));
  if (event.ruling == kerneld::Ruling::audit) result += " (audited)";
  if (event.joined) result += " (joined)";
  return result;
}

std::string outcome_of(const Event& event) {
  switch (event.verdict) {
    case Verdict::denied:
      return printable(event.rule);
    case Verdict::failed:
      return printable(event.reason);
    case Verdict::loaded: {
      std::vector<std::string_view> came;
      for (const EventStep& step : event.steps) {
        if (step.error == 0 && !step.joined) came.push_back(step.module);
      }
      if (!came.empty()) return printable(fmt::format("{}", fmt::join(came, " ")));
      break;
    }
    case Verdict::already_loaded:
    case Verdict::unknown:
    case Verdict::blacklisted:
      break;
  }
  return printable(fmt::format("{}", fmt::join(event.modules, " ")));
}

std::string request_head(std::size_t width) {
  return cut(fmt::format("{:<8} {:<18} {:<9} {:<18} {:<14} {:>7}  {}", "TIME", "ASKER", "USER",
                         "NAME", "RESULT", "TOOK", "WHAT CAME"),
             width);
}

std::string request_line(const Event& event, std::size_t width) {
  return cut(
      fmt::format("{:<8} {:<18} {:<9} {:<18} {:<14} {:>7}  {}", local_time(event.time).substr(11),
                  asker_of(event), user_of(event), printable(event.name), result_of(event),
                  duration_text(event.took), outcome_of(event)),
      width);
}

std::string request_details(const Event& event) {
  std::string text;
  const auto to = std::back_inserter(text);
  auto line = [&](std::string_view what, std::string_view value) {
    if (!value.empty()) fmt::format_to(to, "    {:<9} {}\n", what, printable(value));
  };
  line("cause", event.cause);
  line("command", event.asker.command_line);
  line("program", event.asker.executable);
  line("cgroup", event.asker.cgroup);
  line("decision",
       fmt::format("{} by {}, class {}", name(event.ruling), event.rule, name(event.trigger)));
  line("modules", fmt::format("{}", fmt::join(event.modules, " ")));
  for (const EventStep& step : event.steps) {
    line("step", fmt::format("{} {}: {}{}", step.action, step.module,
                             step.error == 0 ? duration_text(step.took) : step.reason,
                             step.joined ? ", by another request" : ""));
  }
  line("error", event.reason);
  return text;
}

}  // namespace kmodern::cli
