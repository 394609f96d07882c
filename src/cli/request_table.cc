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

constexpr std::size_t name_column = 3;
constexpr std::size_t took_column = 5;
constexpr std::size_t longest_name = 56;      // of most: MODULE_NAME_LEN in linux/module.h
constexpr std::size_t least_for_a_name = 14;  // however narrow the terminal is
constexpr std::size_t for_what_came = 20;

// Of a text that does not fit into `width`, the end goes; 0: there is no limit.
std::string cut(std::string text, std::size_t width) {
  if (width == 0 || text.size() <= width) return text;
  text.resize(width - 1);
  return text + '>';
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

RequestTable::Cells RequestTable::cells_of(const Event& event) {
  return {local_time(event.time).substr(11),
          asker_of(event),
          user_of(event),
          printable(event.name),
          result_of(event),
          duration_text(event.took),
          outcome_of(event)};
}

void RequestTable::fit(const Event& event) {
  const Cells cells = cells_of(event);
  for (std::size_t column = 0; column < columns; ++column)
    widest_[column] = std::max(widest_[column], std::min(cells[column].size(), longest_name));
}

// A long name takes what the others leave in a terminal.
std::size_t RequestTable::width_of(std::size_t column) const {
  if (width_ == 0 || column != name_column) return widest_[column];
  std::size_t others = columns + 1 + for_what_came;  // blanks between them
  for (std::size_t other = 0; other < columns; ++other)
    others += other == name_column ? 0 : widest_[other];
  return std::min(widest_[column], std::max(width_, others + least_for_a_name) - others);
}

std::string RequestTable::row(const Cells& cells) const {
  std::string line;
  for (std::size_t column = 0; column < columns; ++column) {
    const std::size_t width = width_of(column);
    const std::string cell = cut(cells[column], width_ == 0 ? 0 : width);
    line += column == took_column ? fmt::format("{:>{}}  ", cell, width)
                                  : fmt::format("{:<{}} ", cell, width);
  }
  line += cells.back();
  line.erase(line.find_last_not_of(' ') + 1);
  return cut(std::move(line), width_) + "\n";
}

std::string RequestTable::head() const {
  return row({"TIME", "ASKER", "USER", "NAME", "RESULT", "TOOK", "WHAT CAME"});
}

std::string RequestTable::line(const Event& event) const { return row(cells_of(event)); }

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
