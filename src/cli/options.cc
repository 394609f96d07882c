#include "cli/options.h"

#include <fcntl.h>
#include <sys/utsname.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "kernel/record/record.h"

namespace kmodern::cli {
namespace {

// Ctrl-C while a kernel is spoken to: what it was asked to do, it does, or not, as a whole.
void on_interrupt(int) {
  constexpr std::string_view text =
      ": ERROR: interrupted (EINTR); what the kernel has begun it finishes: `lsmod` shows the "
      "result\n";
  (void)!::write(STDERR_FILENO, program_invocation_short_name,
                 std::char_traits<char>::length(program_invocation_short_name));
  (void)!::write(STDERR_FILENO, text.data(), text.size());
  ::_exit(1);
}

void say_when_interrupted() {
  struct sigaction before{};
  if (::sigaction(SIGINT, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) return;
  struct sigaction action{};
  action.sa_handler = on_interrupt;
  ::sigaction(SIGINT, &action, nullptr);
}

std::string_view word(Level level) {
  switch (level) {
    case Level::fatal:
      return "FATAL";
    case Level::error:
      return "ERROR";
    case Level::warning:
      return "WARNING";
    case Level::notice:
      return "NOTICE";
    case Level::info:
      return "INFO";
    case Level::debug:
      return "DEBUG";
  }
  return "ERROR";
}

}  // namespace

Messages::Messages(std::string tool, Level threshold)
    : tool_(std::move(tool)), threshold_(static_cast<int>(threshold)) {
  if (::fcntl(STDERR_FILENO, F_GETFD) < 0) to_syslog();
}

void Messages::to_syslog() {
  // syslog(3) keeps the pointer, and a Messages is copied and moved.
  static std::string ident;
  ident = tool_;
  syslog_ = true;
  ::openlog(ident.c_str(), LOG_CONS, LOG_DAEMON);
}

Messages Messages::loud() const {
  Messages copy = *this;
  copy.threshold_ = std::max(threshold_, static_cast<int>(Level::warning));
  return copy;
}

void Messages::error(const diagnose::Diagnosis& diagnosis) const {
  for (const diagnose::Finding& finding : diagnosis) say(Level::error, finding.line());
}

void Messages::say(Level level, std::string_view text) const {
  if (!shows(level)) return;
  for (std::string_view line : lines(text)) {
    if (syslog_) {
      ::syslog(static_cast<int>(level), "%s", fmt::format("{}: {}", word(level), line).c_str());
    } else {
      // One write for a line: lines of several tools do not mix.
      std::string whole = fmt::format("{}: {}: {}\n", tool_, word(level), line);
      std::fflush(stdout);
      if (::write(STDERR_FILENO, whole.data(), whole.size()) < 0) return;
    }
  }
}

Result<std::unique_ptr<kernel::Kernel>> open_kernel(std::string_view which) {
  say_when_interrupted();
  const char* variable = std::getenv("KMODERN_KERNEL");
  if (which == "record" ||
      (which.empty() && variable != nullptr && std::string_view(variable) == "record")) {
    return std::make_unique<kernel::RecordKernel>(
        std::vector<kernel::LoadedModule>(),
        [](const kernel::Action& action) { fmt::print("{}\n", action.command()); });
  }
  return kernel::open(which);
}

std::string running_release() {
  utsname names{};
  return ::uname(&names) == 0 ? names.release : "";
}

void print_version() {
  fmt::print("kmodern version {} (compatible with kmod version 34)\n", KMODERN_VERSION);
  fmt::print("+ZSTD +XZ +ZLIB +OPENSSL -MBEDTLS\n");
}

}  // namespace kmodern::cli
