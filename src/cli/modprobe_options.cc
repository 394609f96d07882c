#include "cli/modprobe_options.h"

#include <fmt/core.h>
#include <getopt.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.h"

namespace kmodern::cli {
namespace {

using Task = ModprobeOptions::Task;

enum : int {
  force_vermagic = 0x100,
  force_modversion,
  first_time,
  show_modversions,
  remove_dependencies,
  show_exports,
  remove_holders,
  json,
};

constexpr unsigned most_jobs = 256;

constexpr option long_options[] = {
    {"all", no_argument, nullptr, 'a'},
    {"remove", no_argument, nullptr, 'r'},
    {"remove-dependencies", no_argument, nullptr, remove_dependencies},
    {"remove-holders", no_argument, nullptr, remove_holders},
    {"wait", required_argument, nullptr, 'w'},
    {"jobs", required_argument, nullptr, 'j'},
    {"first-time", no_argument, nullptr, first_time},
    {"ignore-install", no_argument, nullptr, 'i'},
    {"ignore-remove", no_argument, nullptr, 'i'},
    {"use-blacklist", no_argument, nullptr, 'b'},
    {"autoclean", no_argument, nullptr, 'k'},
    {"force", no_argument, nullptr, 'f'},
    {"force-modversion", no_argument, nullptr, force_modversion},
    {"force-vermagic", no_argument, nullptr, force_vermagic},
    {"show-alias", no_argument, nullptr, 'R'},
    {"resolve-alias", no_argument, nullptr, 'R'},
    {"show-depends", no_argument, nullptr, 'D'},
    {"show-config", no_argument, nullptr, 'c'},
    {"showconfig", no_argument, nullptr, 'c'},
    {"show-modversions", no_argument, nullptr, show_modversions},
    {"dump-modversions", no_argument, nullptr, show_modversions},
    {"show-exports", no_argument, nullptr, show_exports},
    {"dry-run", no_argument, nullptr, 'n'},
    {"show", no_argument, nullptr, 'n'},
    {"json", no_argument, nullptr, json},
    {"config", required_argument, nullptr, 'C'},
    {"dirname", required_argument, nullptr, 'd'},
    {"set-version", required_argument, nullptr, 'S'},
    {"kernel", required_argument, nullptr, kernel_option},
    {"syslog", no_argument, nullptr, 's'},
    {"quiet", no_argument, nullptr, 'q'},
    {"verbose", no_argument, nullptr, 'v'},
    {"version", no_argument, nullptr, 'V'},
    {"help", no_argument, nullptr, 'h'},
    {}};

// The words of $MODPROBE_OPTIONS: split at blanks, which quotes of either kind protect.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = 0;
  for (char character : text) {
    bool blank = quote == 0 && blanks.find(character) != std::string_view::npos;
    if (blank) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (quote == 0 && (character == '"' || character == '\''))
      quote = character;
    else if (quote == character)
      quote = 0;
    else
      words.back() += character;
  }
  return words;
}

// Hands an option on to every modprobe that an install command starts.
void hand_on(std::string_view option, std::string_view value = {}) {
  const char* before = std::getenv("MODPROBE_OPTIONS");
  std::string text = before != nullptr ? before : "";
  if (!text.empty()) text += ' ';
  text += option;
  if (!value.empty()) {
    bool plain = value.find_first_of(" \t\n'") == std::string_view::npos;
    text += plain ? fmt::format(" {}", value) : fmt::format(" \"{}\"", value);
  }
  ::setenv("MODPROBE_OPTIONS", text.c_str(), 1);
}

std::optional<std::chrono::milliseconds> wait_of(const char* text) {
  char* end = nullptr;
  errno = 0;
  unsigned long value = std::strtoul(text, &end, 0);
  bool fits = errno == 0 && value <= static_cast<unsigned long>(INT_MAX);
  if (!fits || end == text || *end != 0 || *text == '-') return std::nullopt;
  return std::chrono::milliseconds(value);
}

// Takes in one option; false if its value is wrong, which has been told, even with -q.
bool apply(int option, ModprobeOptions& options, Messages& messages) {
  switch (option) {
    case 'a':
      options.all = true;
      break;
    case remove_dependencies:
      messages.warning("'--remove-dependencies' is deprecated, use '--remove-holders' instead");
      [[fallthrough]];
    case remove_holders:
      options.remove_holders = true;
      [[fallthrough]];
    case 'r':
      options.task = Task::unload;
      break;
    case 'w':
      options.wait = wait_of(optarg);
      if (options.wait) break;
      messages.loud().error("unexpected wait value '{}'.", optarg);
      return false;
    case 'j':
      if (auto jobs = parse_number(optarg); jobs && *jobs >= 1 && *jobs <= most_jobs) {
        options.jobs = static_cast<unsigned>(*jobs);
        break;
      }
      messages.loud().error("-j takes a number from 1 to {}.", most_jobs);
      return false;
    case first_time:
      options.first_time = true;
      break;
    case 'i':
      options.ignore_commands = true;
      break;
    case 'b':
      options.use_blacklist = true;
      break;
    case 'k':
      options.autoclean = true;
      hand_on("-k");
      break;
    case 'f':
      options.force_modversion = options.force_vermagic = options.force_unload = true;
      break;
    case force_modversion:
      options.force_modversion = true;
      break;
    case force_vermagic:
      options.force_vermagic = true;
      break;
    case 'D':
      options.task = Task::show_depends;
      break;
    case 'R':
      options.task = Task::show_alias;
      break;
    case 'c':
      options.task = Task::show_config;
      break;
    case show_modversions:
      options.task = Task::show_modversions;
      break;
    case show_exports:
      options.task = Task::show_exports;
      break;
    case 'n':
      options.dry_run = true;
      break;
    case json:
      options.json = true;
      break;
    case 'C':
      options.config_paths.emplace_back(optarg);
      hand_on("-C", optarg);
      break;
    case 'd':
      options.root = optarg;
      break;
    case 'S':
      options.release = optarg;
      break;
    case kernel_option:
      options.kernel = optarg;
      ::setenv("KMODERN_KERNEL", optarg, 1);
      break;
    case 's':
      messages.to_syslog();
      hand_on("-s");
      break;
    case 'q':
      messages.none();
      hand_on("-q");
      break;
    case 'v':
      messages.more();
      hand_on("-v");
      break;
    case 'V':
      options.task = Task::version;
      break;
    case 'h':
      options.task = Task::help;
      break;
    default:
      return false;  // getopt_long has told it
  }
  return true;
}

}  // namespace

std::optional<ModprobeOptions> parse_modprobe_options(int argc, char** argv, Messages& messages) {
  // The environment's words stand in front of the command line's.
  const char* variable = std::getenv("MODPROBE_OPTIONS");
  std::vector<std::string> inherited = words_of(variable != nullptr ? variable : "");
  std::vector<char*> words = {argv[0]};
  for (std::string& word : inherited) words.push_back(word.data());
  words.insert(words.end(), argv + 1, argv + argc);
  const int count = static_cast<int>(words.size());
  words.push_back(nullptr);
  // What came from there is handed on again as it is taken in.
  ::unsetenv("MODPROBE_OPTIONS");

  ModprobeOptions options;
  for (int c; (c = ::getopt_long(count, words.data(), "arw:j:ibkfDRcnC:d:S:sqvVh", long_options,
                                 nullptr)) != -1;) {
    if (!apply(c, options, messages)) return std::nullopt;
    if (options.task == Task::help || options.task == Task::version) return options;
  }
  options.arguments.assign(words.begin() + optind, words.end() - 1);
  if (options.arguments.empty() && options.task != Task::show_config) {
    messages.loud().error("missing parameters. See -h.");
    return std::nullopt;
  }
  if (options.jobs > 1 && !options.all) {
    messages.loud().error("-j (--jobs) goes with -a (--all).");
    return std::nullopt;
  }
  if (options.json && options.task != Task::show_depends) {
    messages.loud().error("--json goes with -D (--show-depends).");
    return std::nullopt;
  }
  return options;
}

void print_modprobe_help() {
  fmt::print(
      "Usage:\n"
      "\tmodprobe [options] [-i] [-b] MODULE [PARAMETER=VALUE...]\n"
      "\tmodprobe [options] -a [-j N] [-i] [-b] MODULE...\n"
      "\tmodprobe [options] -r [-i] MODULE...\n"
      "\tmodprobe [options] -D|-R|-c [MODULE]\n"
      "\tmodprobe [options] --show-modversions|--show-exports FILE\n"
      "Load and unload:\n"
      "\t-a, --all               Every argument is a module, none a parameter\n"
      "\t-j, --jobs N            With -a: load up to N modules at once\n"
      "\t-r, --remove            Remove modules, and those that only they needed\n"
      "\t    --remove-holders    Remove first what uses them (implies -r)\n"
      "\t-w, --wait MSEC         With -r: try for that long while a module is in use\n"
      "\t    --first-time        Fail if it is loaded, or removed, already\n"
      "\t-i, --ignore-install    Go without install commands and softdeps of the named module\n"
      "\t-i, --ignore-remove     The same for remove commands\n"
      "\t-b, --use-blacklist     The blacklist holds for plain names too, not only for aliases\n"
      "\t-k, --autoclean         What it loads may be removed when it is idle (`rmmod --all`)\n"
      "\t-f, --force             Both of these; with -r: remove even in use. It can crash\n"
      "\t    --force-modversion  Pass over the versions of symbols\n"
      "\t    --force-vermagic    Pass over the version magic\n"
      "Ask:\n"
      "\t-D, --show-depends      What would be loaded, in order, as if nothing were\n"
      "\t    --json              With -D: as JSON, with the reason of each step\n"
      "\t-R, --show-alias        The modules that a name or alias leads to\n"
      "\t-c, --show-config       The configuration and the indexes of aliases\n"
      "\t    --show-modversions  The symbols that a file imports, with their versions\n"
      "\t    --show-exports      The symbols that a file exports, with their versions\n"
      "\t-n, --dry-run           Only say what would be done now\n"
      "General:\n"
      "\t-C, --config PATH       A file or directory instead of the usual ones; repeatable\n"
      "\t-d, --dirname DIR       Root of lib/modules\n"
      "\t-S, --set-version REL   Kernel release whose modules are meant\n"
      "{}"
      "\t-s, --syslog            Messages go to the system log\n"
      "\t-q, --quiet             No messages, not even of failures\n"
      "\t-v, --verbose           More messages; twice for yet more\n"
      "\t-V, --version           Print the version\n"
      "\t-h, --help              Print this text\n",
      kernel_help);
}

}  // namespace kmodern::cli
