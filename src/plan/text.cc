// How plans look to people and scripts.
#include <fmt/core.h>

#include "plan/plan.h"

namespace kmodern::plan {

std::string_view name(Action action) {
  switch (action) {
    case Action::insert:
      return "insmod";
    case Action::install_command:
      return "install";
    case Action::builtin:
      return "builtin";
    case Action::remove:
      return "rmmod";
    case Action::remove_command:
      return "remove";
  }
  return "?";
}

std::string_view name(Role role) {
  switch (role) {
    case Role::requested:
      return "requested";
    case Role::dependency:
      return "dependency";
    case Role::before:
      return "softdep pre";
    case Role::after:
      return "softdep post";
    case Role::holder:
      return "holder";
    case Role::unused:
      return "unused";
  }
  return "?";
}

std::string_view name(Nothing nothing) {
  switch (nothing) {
    case Nothing::no:
      return "";
    case Nothing::blacklisted:
      return "blacklisted";
    case Nothing::already_loaded:
      return "already loaded";
    case Nothing::not_loaded:
      return "not loaded";
  }
  return "?";
}

std::string line(const Step& step) {
  switch (step.action) {
    case Action::insert:
      return fmt::format("insmod {} {}", step.path, step.parameters);
    case Action::install_command:
      return fmt::format("{} {} {}", name(step.action), step.command, step.parameters);
    case Action::remove_command:
      return fmt::format("{} {}", name(step.action), command_line(step));
    case Action::builtin:
    case Action::remove:
      return fmt::format("{} {}", name(step.action), step.module);
  }
  return {};
}

std::string command_line(const Step& step) {
  constexpr std::string_view mark = "$CMDLINE_OPTS";
  std::string text;
  std::string_view rest = step.command;
  for (std::size_t at; (at = rest.find(mark)) != std::string_view::npos;) {
    text += rest.substr(0, at);
    text += step.parameters;
    rest.remove_prefix(at + mark.size());
  }
  return text.append(rest);
}

}  // namespace kmodern::plan
