#include "ukernel/request/asker.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "base/text.h"

namespace kmodern::ukernel {

namespace {

// Bytes; what programs call themselves by is cut there.
constexpr std::size_t longest = 4096;

// A file of /proc: its first bytes, however long it is.
std::string beginning(const std::string& path) {
  auto text = read_file(path, 1 << 20);
  return text ? text->substr(0, longest) : "";
}

// Arguments end with NUL each.
std::string command_line(const std::string& folder) {
  std::string words = beginning(folder + "/cmdline");
  while (words.ends_with('\0')) words.pop_back();
  std::ranges::replace(words, '\0', ' ');
  return words;
}

// The line of the unified hierarchy, "0::/system.slice/x.service".
std::string cgroup(const std::string& folder) {
  const std::string text = beginning(folder + "/cgroup");
  for (std::string_view line : lines(text)) {
    if (line.starts_with("0::")) return std::string(line.substr(3));
  }
  return "";
}

}  // namespace

kernel::Asker read_asker(int pid, const std::string& comm) {
  kernel::Asker asker{.pid = pid, .comm = comm};
  if (pid == 0) return asker;
  const std::string folder = fmt::format("/proc/{}", pid);
  if (const std::string now = beginning(folder + "/comm"); !now.empty()) asker.comm = trim(now);
  asker.command_line = command_line(folder);
  std::error_code error;
  asker.executable = std::filesystem::read_symlink(folder + "/exe", error).string();
  struct stat status;
  if (::stat(folder.c_str(), &status) == 0) asker.uid = status.st_uid;
  asker.cgroup = cgroup(folder);
  return asker;
}

}  // namespace kmodern::ukernel
