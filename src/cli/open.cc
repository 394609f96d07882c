// kmodern open: a file of a module in a user-space kernel, on stdin and stdout.
#include <fcntl.h>
#include <fmt/format.h>
#include <getopt.h>
#include <linux/ioctl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <vector>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/conversation.h"
#include "cli/options.h"
#include "cli/user_kernel.h"

namespace kmodern::cli {
namespace {

void help(std::FILE* to) {
  fmt::print(
      to,
      "Usage: kmodern open [options] PATH\n"
      "Opens a file of a module in a user-space kernel, /dev/NAME, or one in /proc or /sys: what\n"
      "comes on stdin is written to it, what it gives is written to stdout. It is closed when\n"
      "stdin and the file are both at their end, or by Ctrl-C.\n"
      "\n"
      "  -r, --read            only read: stdin is left alone\n"
      "  -w, --write           only write\n"
      "  -n, --nonblock        what would have to wait fails instead\n"
      "  -s, --seek=POSITION   go there first\n"
      "  -i, --ioctl=CMD[,ARG] make this ioctl and print what it returned. Without ARG what\n"
      "                        comes on stdin is the memory that it gets, as long as CMD says\n"
      "                        at least, and what is there afterwards is written to stdout\n"
      "  -p, --poll=MS         wait so many milliseconds until the file is ready, and print\n"
      "                        for what: in, out, pri, err, hup\n"
      "  -m, --map=SIZE[,AT]   map that many bytes from AT on (0; whole pages), and write what\n"
      "                        comes on stdin there, then what is there to stdout\n"
      "{}"
      "  -h, --help            print this text\n",
      user_kernel_help);
}

struct Options {
  std::string_view kernel;
  std::string path;
  bool reads = true;
  bool writes = true;
  bool nonblock = false;
  std::optional<std::int64_t> seek;
  std::optional<std::uint32_t> command;  // of an ioctl
  std::optional<std::uint64_t> argument;
  std::optional<std::int64_t> patience;   // of a poll, milliseconds
  std::optional<std::uint64_t> map_size;  // bytes, as is where it begins
  std::optional<std::uint64_t> map_at;
};

int flags_of(const Options& options) {
  // What can be written to by a mapping must be readable, too.
  const bool both = (options.reads || options.map_size) && options.writes;
  const int access = both ? O_RDWR : (options.reads ? O_RDONLY : O_WRONLY);
  return access | (options.nonblock ? O_NONBLOCK : 0);
}

Result<std::string> all_of_stdin() {
  std::string text;
  std::vector<char> buffer(64 << 10);
  while (true) {
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0) return fail_errno(errno, "stdin", "cannot read");
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Result<void> ioctl(kernel::UserKernel& kernel, int file, const Options& options) {
  std::string memory;
  if (!options.argument) {
    TRY(memory, all_of_stdin());
    memory.resize(std::max<std::size_t>(memory.size(), _IOC_SIZE(*options.command)));
  }
  TRY(const std::int64_t result,
      kernel.ioctl_device(file, *options.command, options.argument.value_or(0), memory));
  if (!memory.empty()) return write_all(STDOUT_FILENO, memory, "stdout");
  return write_all(STDOUT_FILENO, fmt::format("{}\n", result), "stdout");
}

Result<void> poll(kernel::UserKernel& kernel, int file, std::int64_t patience) {
  static constexpr std::pair<int, std::string_view> words[] = {
      {POLLIN, "in"}, {POLLOUT, "out"}, {POLLPRI, "pri"}, {POLLERR, "err"}, {POLLHUP, "hup"}};
  TRY(const int ready, kernel.poll_device(file, std::chrono::milliseconds(patience)));
  std::vector<std::string_view> names;
  for (const auto& [bit, name] : words) {
    if ((ready & bit) != 0) names.push_back(name);
  }
  return write_all(STDOUT_FILENO, fmt::format("{}\n", fmt::join(names, " ")), "stdout");
}

Result<void> map(kernel::UserKernel& kernel, int file, const Options& options) {
  const int protection = PROT_READ | (options.writes ? PROT_WRITE : 0);
  TRY(const kernel::DeviceMemory memory,
      kernel.map_device(file, options.map_at.value_or(0), *options.map_size, protection));
  const auto all = memory.bytes().first(memory.backed());
  if (all.size() < memory.bytes().size())
    return fail(EFAULT, options.path,
                fmt::format("has nothing behind byte {} of what is mapped", all.size()),
                "map less");
  if (options.writes) {
    TRY(const std::string text, all_of_stdin());
    if (text.size() > all.size())
      return fail(
          EFBIG, options.path,
          fmt::format("{} bytes do not fit into the {} that are mapped", text.size(), all.size()));
    std::ranges::copy(std::as_bytes(std::span(text)), all.begin());
  }
  if (!options.reads) return {};
  return write_all(STDOUT_FILENO, ByteView(all).text(), "stdout");
}

Result<void> use(kernel::UserKernel& kernel, int file, const Options& options) {
  if (options.seek) TRY_OK(kernel.seek_device(file, *options.seek, SEEK_SET));
  if (options.command) return ioctl(kernel, file, options);
  if (options.map_size) return map(kernel, file, options);
  if (options.patience) return poll(kernel, file, *options.patience);
  return Conversation(kernel, options.path, file, options.reads, options.writes).run();
}

Result<void> open_and_use(const Options& options) {
  TRY(auto kernel, open_user_kernel(options.kernel));
  TRY(int file, kernel->open_device(options.path, flags_of(options)));
  end_by_signals(kernel->socket());
  auto done = use(*kernel, file, options);
  if (interrupted()) return {};  // the connection is broken: the kernel closes the file
  auto closed = kernel->close_device(file);
  return done ? closed : done;
}

// Decimal, or hexadecimal with 0x.
template <typename Number>
bool read_number(std::string_view text, std::optional<Number>& to) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  to = number;
  return true;
}

bool read_ioctl(std::string_view text, Options& options) {
  const std::size_t comma = text.find(',');
  return read_number(text.substr(0, comma), options.command) &&
         (comma == std::string_view::npos || read_number(text.substr(comma + 1), options.argument));
}

bool read_map(std::string_view text, Options& options) {
  const std::size_t comma = text.find(',');
  return read_number(text.substr(0, comma), options.map_size) &&
         (comma == std::string_view::npos || read_number(text.substr(comma + 1), options.map_at));
}

// nullopt: the line is wrong.
std::optional<Options> read_options(int argc, char** argv, bool& wants_help) {
  static constexpr option long_options[] = {
      {"read", no_argument, nullptr, 'r'},        {"write", no_argument, nullptr, 'w'},
      {"nonblock", no_argument, nullptr, 'n'},    {"seek", required_argument, nullptr, 's'},
      {"ioctl", required_argument, nullptr, 'i'}, {"poll", required_argument, nullptr, 'p'},
      {"map", required_argument, nullptr, 'm'},   {"kernel", required_argument, nullptr, 'k'},
      {"help", no_argument, nullptr, 'h'},        {}};
  Options options;
  for (int c; (c = ::getopt_long(argc, argv, "rwns:i:p:m:k:h", long_options, nullptr)) != -1;) {
    bool good = true;
    switch (c) {
      case 'r':
        options.writes = false;
        break;
      case 'w':
        options.reads = false;
        break;
      case 'n':
        options.nonblock = true;
        break;
      case 's':
        good = read_number(optarg, options.seek);
        break;
      case 'i':
        good = read_ioctl(optarg, options);
        break;
      case 'p':
        good = read_number(optarg, options.patience);
        break;
      case 'm':
        good = read_map(optarg, options);
        break;
      case 'k':
        options.kernel = optarg;
        break;
      case 'h':
        wants_help = true;
        return options;
      default:
        good = false;
    }
    if (!good) return std::nullopt;
  }
  if (argc - optind != 1 || (!options.reads && !options.writes)) return std::nullopt;
  options.path = argv[optind];
  return options;
}

}  // namespace

int open_main(int argc, char** argv) {
  Messages messages("kmodern open");
  bool wants_help = false;
  const auto options = read_options(argc, argv, wants_help);
  if (!options) return help(stderr), 1;
  if (wants_help) return help(stdout), 0;
  if (auto done = open_and_use(*options); !done) return messages.error(done.error()), 1;
  return interrupted() ? 130 : 0;
}

}  // namespace kmodern::cli
