// What the tools share: how they speak (kmod's "TOOL: LEVEL: text" on stderr or in the system log),
// which kernel they speak to, and their version.
#pragma once

#include <fmt/core.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "diagnose/diagnose.h"
#include "kernel/kernel.h"

namespace kmodern::cli {

// Of a message, worst first. The numbers are those of syslog(3).
enum class Level { fatal = 2, error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

// How a tool speaks. Messages that are less important than the threshold are not shown.
class Messages {
 public:
  // Goes to the system log from the start if stderr is closed.
  explicit Messages(std::string tool, Level threshold = Level::warning);

  void to_syslog();                // -s
  void more() { ++threshold_; }    // -v, once for each
  void none() { threshold_ = 0; }  // -q: nothing at all, not even failures
  Messages loud() const;           // the same in spite of -q
  bool shows(Level level) const { return static_cast<int>(level) <= threshold_; }

  template <typename... A>
  void fatal(fmt::format_string<A...> form, A&&... arguments) const {
    say(Level::fatal, fmt::format(form, std::forward<A>(arguments)...));
  }
  template <typename... A>
  void error(fmt::format_string<A...> form, A&&... arguments) const {
    say(Level::error, fmt::format(form, std::forward<A>(arguments)...));
  }
  template <typename... A>
  void warning(fmt::format_string<A...> form, A&&... arguments) const {
    say(Level::warning, fmt::format(form, std::forward<A>(arguments)...));
  }
  template <typename... A>
  void info(fmt::format_string<A...> form, A&&... arguments) const {
    say(Level::info, fmt::format(form, std::forward<A>(arguments)...));
  }
  template <typename... A>
  void debug(fmt::format_string<A...> form, A&&... arguments) const {
    say(Level::debug, fmt::format(form, std::forward<A>(arguments)...));
  }
  // describe(error), as an error.
  void error(const Error& error) const { say(Level::error, describe(error)); }

  // Each finding, as an error.
  void error(const diagnose::Diagnosis& diagnosis) const;

  // One message, or one per line of `text`.
  void say(Level level, std::string_view text) const;

  const std::string& tool() const { return tool_; }

 private:
  std::string tool_;
  int threshold_;
  bool syslog_ = false;
};

// getopt_long's code of --kernel, which every tool has and which takes an argument: give it to
// open_kernel(). In the table of long options: {"kernel", required_argument, nullptr,
// kernel_option}.
inline constexpr int kernel_option = 0x4b00;

// For a tool's --help, with its newline; the explanations of all its options begin in this column.
inline constexpr std::string_view kernel_help =
    "\t    --kernel KERNEL     linux (default), user, user:NAME or record;\n"
    "\t                        also by the environment's KMODERN_KERNEL\n";

// kernel::open(), but that "record" prints each action to stdout as it would happen
// ("insmod /path/x.ko n=1").
Result<std::unique_ptr<kernel::Kernel>> open_kernel(std::string_view which);

// `uname -r`; empty if it cannot be told. For commands that look at a kernel's files alone: of a
// kernel that is spoken to it is Kernel::release().
std::string running_release();

// --version: two lines on stdout, as kmod prints them.
void print_version();

}  // namespace kmodern::cli
