#include "cli/modprobe_complaints.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "diagnose/diagnose.h"

namespace kmodern::cli {
namespace {

// kmod's words for what the kernel's errno means here.
std::string meaning(const Error& error, const plan::Step& step) {
  switch (error.code) {
    case EEXIST:
      return "Module already in kernel";
    case ENOENT:
      if (step.action == plan::Action::insert && ::access(step.path.c_str(), F_OK) == 0)
        return "Unknown symbol in module, or unknown parameter (see dmesg)";
      return ::strerror(ENOENT);
    case EILSEQ:
      return "Damaged compressed file";
    default:
      return ::strerror(error.code);
  }
}

}  // namespace

bool is_path(std::string_view argument) {
  return argument.starts_with('/') || argument.starts_with("./") || argument.starts_with("../");
}

void ModprobeComplaints::not_found(const std::string& argument) const {
  messages_.say(
      grave_, fmt::format("Module {} not found in directory {}", argument, database_.directory()));
  explain_absence(argument);
}

void ModprobeComplaints::not_found_for_removal(const std::string& argument) const {
  messages_.say(grave_, fmt::format("Module {} not found.", argument));
  explain_absence(argument);
}

// Three different things: no modules for this kernel, no indexes, no such name.
void ModprobeComplaints::explain_absence(const std::string& argument) const {
  if (!messages_.shows(grave_)) return;
  if (auto sound = database_.check(); !sound) {
    messages_.say(grave_, fmt::format("{}; {}", sound.error().reason, sound.error().cure));
    return;
  }
  std::string text = "no module, alias or built-in code has that name";
  if (auto near = database_.near_names(argument); !near.empty())
    text += fmt::format("; near to it: {}", fmt::join(near, ", "));
  else if (argument.find(':') == std::string::npos)
    text += "; `modprobe -c` lists the aliases";
  messages_.say(grave_, text);
}

void ModprobeComplaints::no_plan(const std::string& argument, const Error& error) const {
  // Only an alias leads to a module that does not exist.
  if (error.code != ENOENT || is_path(argument)) return messages_.error(error);
  messages_.say(grave_, error.reason);
  messages_.say(
      grave_,
      fmt::format("the alias '{}' leads to it; `modprobe -c` shows where aliases lead", argument));
}

void ModprobeComplaints::no_plan_for_removal(const Error& error) const {
  if (error.code == EBUSY)
    messages_.say(grave_, fmt::format("Module {} is in use.", error.subject));
  else if (error.code == ENOENT)
    messages_.say(grave_, fmt::format("Module {} is builtin.", error.subject));
  messages_.say(grave_, describe(error));
}

void ModprobeComplaints::not_in_kernel(const std::string& module) const {
  messages_.say(grave_, fmt::format("Module {} is not in kernel.", module));
}

void ModprobeComplaints::failed(kernel::Kernel& kernel, const kernel::Outcome::Failure& failure,
                                std::string_view verb, Level level) const {
  if (!messages_.shows(level)) return;
  const auto& [error, step] = failure;
  messages_.say(level,
                fmt::format("could not {} '{}': {}", verb, step.module, meaning(error, step)));
  diagnose::Diagnosis diagnosis;
  if (step.action == plan::Action::insert && ::access(step.path.c_str(), F_OK) != 0)
    diagnosis.push_back({"the indexes name a file that is gone", "run: depmod"});
  else if (step.action == plan::Action::insert)
    diagnosis = diagnose::explain_load(kernel, step.path, step.parameters, error,
                                       {.database = &database_, .config = &config_});
  else if (step.action == plan::Action::remove)
    diagnosis = diagnose::explain_unload(kernel, step.module, error);
  if (diagnosis.empty()) messages_.say(level, describe(error));
  for (const diagnose::Finding& finding : diagnosis) messages_.say(level, finding.line());
}

}  // namespace kmodern::cli
