#include "kernel/linux/kmsg.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/text.h"

namespace kmodern::kernel {
namespace {
constexpr std::size_t most_texts = 20;
}

std::vector<std::string> records_about(std::string_view bytes, std::string_view module) {
  std::vector<std::string> texts;
  for (std::string_view line : lines(bytes)) {
    std::size_t text = line.find(';');
    if (line.starts_with(' ') || text == std::string_view::npos) continue;
    line.remove_prefix(text + 1);
    std::string_view about = line;
    for (std::string_view prefix : {"module: ", "x86/modules: "}) {
      if (about.starts_with(prefix)) about.remove_prefix(prefix.size());
    }
    bool named = about.starts_with(module) && about.substr(module.size()).starts_with(':');
    if (named && std::find(texts.begin(), texts.end(), line) == texts.end())
      texts.emplace_back(line);
  }
  return texts;
}

KernelLog::KernelLog(const std::string& path)
    : fd_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
  if (fd_) ::lseek(fd_.get(), 0, SEEK_END);
}

std::vector<std::string> KernelLog::since(std::string_view module) {
  if (!fd_) return {};
  std::string bytes;
  std::array<char, 8192> record;  // one read gives one record, at most this long (printk.c)
  while (bytes.size() < (1u << 20)) {
    ssize_t got = ::read(fd_.get(), record.data(), record.size());
    if (got < 0 && (errno == EINTR || errno == EPIPE)) continue;  // EPIPE: records were overwritten
    if (got <= 0) break;
    bytes.append(record.data(), static_cast<std::size_t>(got));
  }
  auto texts = records_about(bytes, module);
  if (texts.size() > most_texts) texts.resize(most_texts);
  return texts;
}

}  // namespace kmodern::kernel
