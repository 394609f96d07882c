// kmodern dmesg: the log of a user-space kernel.
#include <fmt/core.h>
#include <getopt.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/user_kernel.h"

namespace kmodern::cli {
namespace {

using kernel::LogRecord;

constexpr std::array<std::string_view, 8> level_names = {"emerg", "alert",  "crit", "err",
                                                         "warn",  "notice", "info", "debug"};

void help(std::FILE* to) {
  fmt::print(to,
             "Usage: kmodern dmesg [options]\n"
             "Prints the log of a user-space kernel.\n"
             "\n"
             "  -w, --follow          go on as the log grows, until Ctrl-C\n"
             "  -x, --decode          show each record's level\n"
             "  -l, --level LEVEL     only records of this level and of worse ones:\n"
             "                        emerg alert crit err warn notice info debug\n"
             "  -t, --notime          no time stamps (seconds since the kernel's start)\n"
             "{}"
             "  -h, --help            print this text\n",
             user_kernel_help);
}

struct Options {
  bool follow = false;
  bool decode = false;
  bool times = true;
  int worst_shown = 7;
  std::string_view kernel;
};

void print(const LogRecord& record, const Options& options) {
  if (record.level > options.worst_shown) return;
  // Every line of a record gets the stamp, so that none can look like another record.
  const std::string_view text = record.text.empty() ? std::string_view("\n") : record.text;
  for (std::string_view line : lines(text)) {
    if (options.decode)
      fmt::print("{:<6}: ", level_names[static_cast<std::size_t>(record.level) & 7]);
    if (options.times)
      fmt::print("[{:5}.{:06}] ", record.microseconds / 1'000'000, record.microseconds % 1'000'000);
    fmt::print("{}\n", line);
  }
}

Result<void> show(const Options& options) {
  TRY(auto kernel, open_user_kernel(options.kernel));
  std::uint64_t next = 0;
  while (true) {
    TRY(auto records, kernel->log(next, options.follow));
    for (const LogRecord& record : records) {
      if (record.sequence > next && next != 0)
        fmt::print("({} records were overwritten before they could be read)\n",
                   record.sequence - next);
      print(record, options);
      next = record.sequence + 1;
    }
    if (std::fflush(stdout) != 0) return fail_errno(errno, "stdout", "cannot write");
    if (records.empty() && !options.follow) return {};
  }
}

}  // namespace

int dmesg_main(int argc, char** argv) {
  static constexpr option long_options[] = {{"follow", no_argument, nullptr, 'w'},
                                            {"decode", no_argument, nullptr, 'x'},
                                            {"level", required_argument, nullptr, 'l'},
                                            {"notime", no_argument, nullptr, 't'},
                                            {"kernel", required_argument, nullptr, 'k'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("kmodern dmesg");
  Options options;
  for (int c; (c = ::getopt_long(argc, argv, "wxl:tk:h", long_options, nullptr)) != -1;) {
    if (c == 'w') {
      options.follow = true;
    } else if (c == 'x') {
      options.decode = true;
    } else if (c == 't') {
      options.times = false;
    } else if (c == 'k') {
      options.kernel = optarg;
    } else if (c == 'l') {
      auto found = std::find(level_names.begin(), level_names.end(), std::string_view(optarg));
      if (found == level_names.end()) {
        messages.error("there is no level '{}'", optarg);
        return help(stderr), 1;
      }
      options.worst_shown = static_cast<int>(found - level_names.begin());
    } else if (c == 'h') {
      return help(stdout), 0;
    } else {
      return help(stderr), 1;
    }
  }
  if (optind < argc) return help(stderr), 1;
  if (auto shown = show(options); !shown) return messages.error(shown.error()), 1;
  return 0;
}

}  // namespace kmodern::cli
