#include "ukernel/core/native/platform/credentials.h"

#include <fmt/core.h>
#include <unistd.h>

#include <charconv>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/text.h"
#include "ukernel/core/native/platform/thread.h"

namespace kmodern::core {

namespace {

// The words after "Uid:" in the text of /proc/PID/status.
std::vector<std::string_view> words_after(std::string_view text, std::string_view label) {
  const std::size_t at = text.find(label);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + label.size());
  return split(text.substr(0, text.find('\n')));
}

template <typename Number>
void take(Number& to, const std::vector<std::string_view>& words, std::size_t index, int base) {
  if (index < words.size())
    std::from_chars(words[index].data(), words[index].data() + words[index].size(), to, base);
}

}  // namespace

extern "C" const struct platform_credentials* platform_caller(void) {
  const PlatformScope scope;
  thread_local struct platform_credentials result;
  result = {.uid = ::getuid(),
            .euid = ::geteuid(),
            .gid = ::getgid(),
            .egid = ::getegid(),
            .capabilities = ~0ULL};
  const auto text = read_file(fmt::format("/proc/{}/status", this_thread().task.pid));
  if (!text) return &result;
  const auto users = words_after(*text, "\nUid:");
  const auto groups = words_after(*text, "\nGid:");
  take(result.uid, users, 0, 10);
  take(result.euid, users, 1, 10);
  take(result.gid, groups, 0, 10);
  take(result.egid, groups, 1, 10);
  if (::geteuid() == 0) take(result.capabilities, words_after(*text, "\nCapEff:"), 0, 16);
  return &result;
}

}  // namespace kmodern::core
