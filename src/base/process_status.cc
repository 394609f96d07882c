#include "base/process_status.h"

#include <fmt/core.h>

#include "base/file.h"
#include "base/text.h"

namespace kmodern {

Result<ProcessStatus> ProcessStatus::of(pid_t pid) {
  TRY(std::string text, read_file(fmt::format("/proc/{}/status", pid)));
  return ProcessStatus(std::move(text));
}

// The name of the process stands in the first line, with its line ends escaped: no line is forged.
std::vector<std::string_view> ProcessStatus::words(std::string_view label) const {
  for (const std::string_view line : lines(text_)) {
    if (line.size() > label.size() && line.starts_with(label) && line[label.size()] == ':')
      return split(line.substr(label.size() + 1));
  }
  return {};
}

}  // namespace kmodern
