// kmodern requests: who asked for which module, what was decided, what came of it.
#include <fmt/core.h>
#include <getopt.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/text.h"
#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/request_table.h"
#include "kerneld/event_reader.h"
#include "kerneld/settings.h"

namespace kmodern::cli {
namespace {

using kerneld::Event;

constexpr std::size_t shown_before_following = 10;
constexpr std::size_t most_waiting = 1000;     // requests that are printed together
constexpr std::chrono::seconds look_again{5};  // where changes are not told of

void help(std::FILE* to) {
  fmt::print(to,
             "Usage: kmodern requests [options]\n"
             "Shows the requests for modules that kerneld has answered: who asked, what was\n"
             "decided, what came of it, how long it took.\n"
             "\n"
             "  -f, --follow          go on as requests come, until Ctrl-C; begins with the\n"
             "                        last 10 of those that fit\n"
             "  -s, --since TIME      only from then on: 10m, 2h, 3d, today, yesterday,\n"
             "                        2026-11-21, \"2026-11-21 16:20\", @SECONDS\n"
             "  -u, --until TIME      only before\n"
             "  -n, --name PATTERN    only for such names, or modules that they led to\n"
             "  -a, --asker WHO       only of processes of that name (a pattern), or of that user\n"
             "  -r, --result RESULT   only: loaded, \"already loaded\", unknown, blacklisted,\n"
             "                        failed, denied\n"
             "  -l, --limit N         only the last N\n"
             "  -v, --verbose         show also cause, command, cgroup, the rule, each step\n"
             "      --json            one JSON object a line\n"
             "  -S, --store FILE      the record, if not where kerneld's configuration has it\n"
             "      --kernel KERNEL   linux (default), user or user:NAME;\n"
             "                        also by the environment's KMODERN_KERNEL\n"
             "  -h, --help            print this text\n");
}

struct Options {
  kerneld::EventFilter filter;
  bool follow = false, verbose = false, json = false;
  std::string store, kernel;
};

std::size_t terminal_width() {
  winsize size{};
  const bool terminal =
      ::isatty(STDOUT_FILENO) == 1 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
  return terminal ? size.ws_col : 0;
}

// Prints them as they come, the table's lines some at a time: its columns fit what is in them.
class Printer {
 public:
  explicit Printer(const Options& options) : options_(options), table_(terminal_width()) {}

  void print(const Event& event) {
    if (options_.json) {
      fmt::print("{}", to_json(event));
      return;
    }
    table_.fit(event);
    waiting_.push_back(event);
    if (waiting_.size() >= most_waiting) show();
  }

  Result<void> flush() {
    show();
    if (std::fflush(stdout) != 0) return fail_errno(errno, "stdout", "cannot write");
    return {};
  }

 private:
  void show() {
    for (const Event& event : waiting_) {
      if (event.lost != 0) fmt::print("({} requests could not be recorded here)\n", event.lost);
      const std::string day = local_time(event.time).substr(0, 10);
      if (day_.empty()) fmt::print("{}", table_.head());
      if (day != day_) fmt::print("-- {} --\n", day);
      day_ = day;
      fmt::print("{}", table_.line(event));
      if (options_.verbose) fmt::print("{}", request_details(event));
    }
    waiting_.clear();
  }

  const Options& options_;
  RequestTable table_;
  std::vector<Event> waiting_;
  std::string day_;  // of the last one
};

Result<void> show(Options options) {
  std::string path = options.store;
  if (path.empty()) {
    TRY(path, kerneld::recorded_in(kerneld::config_path(), options.kernel));
  }
  TRY(kerneld::EventReader reader, kerneld::EventReader::open(path));
  Printer printer(options);
  auto print = [&](const Event& event) { printer.print(event); };
  if (!options.follow) {
    TRY_OK(reader.each(options.filter, print));
    return printer.flush();
  }
  reader.watch();
  kerneld::EventFilter& filter = options.filter;
  if (filter.limit == 0 && !filter.since) filter.limit = shown_before_following;
  while (true) {
    TRY(const std::int64_t newest, reader.newest_id());
    TRY_OK(reader.each(filter, [&](const Event& event) {
      print(event);
      filter.after = event.id;
    }));
    TRY_OK(printer.flush());
    filter.after = std::max(filter.after, newest);
    filter.limit = 0;
    reader.wait(look_again);
    TRY(const bool anew, reader.replaced());
    if (anew) filter.after = 0;
  }
}

Result<void> take(Options& options, int letter, std::string_view value) {
  auto time = [&]() -> Result<SystemTime> {
    const auto parsed = parse_time(value, std::chrono::system_clock::now());
    if (parsed) return *parsed;
    return fail(EINVAL, std::string(value), "is no time", "give 10m, 2h, today or 2026-11-21");
  };
  kerneld::EventFilter& filter = options.filter;
  if (letter == 's') {
    TRY(filter.since, time());
  }
  if (letter == 'u') {
    TRY(filter.until, time());
  }
  if (letter == 'n') filter.name = value;
  if (letter == 'a') filter.asker = value;
  if (letter == 'l') {
    const auto number = parse_number(value);
    if (!number || *number == 0)
      return fail(EINVAL, std::string(value), "is no number of requests");
    filter.limit = *number;
  }
  if (letter == 'r') {
    const auto found = std::ranges::find_if(
        kerneld::verdicts, [&](kerneld::Verdict verdict) { return name(verdict) == value; });
    if (found == kerneld::verdicts.end())
      return fail(EINVAL, std::string(value), "is no result", "see kmodern-requests(1)");
    filter.verdict = *found;
  }
  return {};
}

}  // namespace

int requests_main(int argc, char** argv) {
  constexpr int json_option = 'j' + 0x100;
  static constexpr option long_options[] = {{"follow", no_argument, nullptr, 'f'},
                                            {"since", required_argument, nullptr, 's'},
                                            {"until", required_argument, nullptr, 'u'},
                                            {"name", required_argument, nullptr, 'n'},
                                            {"asker", required_argument, nullptr, 'a'},
                                            {"result", required_argument, nullptr, 'r'},
                                            {"limit", required_argument, nullptr, 'l'},
                                            {"verbose", no_argument, nullptr, 'v'},
                                            {"json", no_argument, nullptr, json_option},
                                            {"store", required_argument, nullptr, 'S'},
                                            {"kernel", required_argument, nullptr, kernel_option},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("kmodern requests");
  Options options;
  const char* kernel = std::getenv("KMODERN_KERNEL");
  if (kernel != nullptr) options.kernel = kernel;
  for (int c; (c = ::getopt_long(argc, argv, "fs:u:n:a:r:l:vS:h", long_options, nullptr)) != -1;) {
    if (c == 'f') options.follow = true;
    if (c == 'v') options.verbose = true;
    if (c == json_option) options.json = true;
    if (c == 'S') options.store = optarg;
    if (c == kernel_option) options.kernel = optarg;
    if (c == 'h') return help(stdout), 0;
    if (c == '?') return help(stderr), 1;
    if (auto taken = take(options, c, optarg != nullptr ? optarg : ""); !taken)
      return messages.error(taken.error()), 1;
  }
  if (optind < argc) return help(stderr), 1;
  if (auto shown = show(std::move(options)); !shown) return messages.error(shown.error()), 1;
  return 0;
}

}  // namespace kmodern::cli
