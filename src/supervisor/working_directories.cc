#include "supervisor/working_directories.h"

#include <fmt/core.h>

#include <cstdlib>
#include <vector>

#include "base/file.h"
#include "base/process_status.h"
#include "base/text.h"

namespace kmodern::supervisor {

namespace {

struct Identity {
  pid_t process = 0;
  pid_t parent = 0;
  std::string start;
};

// proc(5): /proc/PID/status has Tgid; /proc/PID/stat has, behind the name in brackets, the state,
// the parent (the 4th field) and, as the 22nd, the start.
std::optional<Identity> identify(pid_t thread) {
  const auto status = ProcessStatus::of(thread);
  if (!status) return std::nullopt;
  Identity who{.process = status->number<pid_t>("Tgid").value_or(thread)};
  auto stat = read_file(fmt::format("/proc/{}/stat", who.process));
  const std::size_t bracket = stat ? stat->rfind(')') : std::string::npos;
  if (bracket == std::string::npos) return std::nullopt;
  const auto fields = split(std::string_view(*stat).substr(bracket + 1));
  if (fields.size() < 20) return std::nullopt;
  who.parent = std::atoi(std::string(fields[1]).c_str());
  who.start = fields[19];
  return who;
}

}  // namespace

std::optional<std::string> WorkingDirectories::of(pid_t thread) {
  if (none()) return std::nullopt;
  const auto who = identify(thread);
  if (!who) return std::nullopt;
  auto found = processes_.find(who->process);
  if (found == processes_.end() || found->second.start != who->start) {
    std::string path = who->parent > 1 ? of(who->parent).value_or("") : "";
    found = processes_.insert_or_assign(who->process, Process{who->start, std::move(path)}).first;
  }
  if (found->second.path.empty()) return std::nullopt;
  return found->second.path;
}

void WorkingDirectories::set(pid_t thread, std::string path) { keep(thread, std::move(path)); }

void WorkingDirectories::reset(pid_t thread) {
  if (!none()) keep(thread, "");
}

void WorkingDirectories::keep(pid_t thread, std::string path) {
  const auto who = identify(thread);
  if (!who) return;
  pass_to_children(who->process);
  std::erase_if(processes_, [](const auto& one) {
    auto other = identify(one.first);
    return !other || other->start != one.second.start;
  });
  processes_.insert_or_assign(who->process, Process{who->start, std::move(path)});
}

// Those that have made no call yet have the directory that their parent is about to leave.
void WorkingDirectories::pass_to_children(pid_t process) {
  if (none()) return;
  auto children = read_file(fmt::format("/proc/{0}/task/{0}/children", process));
  if (!children) return;  // a kernel without CONFIG_PROC_CHILDREN
  for (std::string_view child : split(*children)) (void)of(std::atoi(std::string(child).c_str()));
}

}  // namespace kmodern::supervisor
