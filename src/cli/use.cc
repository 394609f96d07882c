// kmodern use: what modules serve in a user-space kernel besides files: filesystems, sockets...
#include <fcntl.h>
#include <fmt/core.h>
#include <getopt.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
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
      "Usage: kmodern use [options] SUBSYSTEM WORD...\n"
      "Uses what modules serve in a user-space kernel, which asks for the module by the name\n"
      "that Linux uses (fs-msdos) if none serves it yet.\n"
      "\n"
      "  filesystem TYPE IMAGE [ls|cat|stat [PATH]]\n"
      "                        a file or folder of an image, or of a block device /dev/NAME\n"
      "                        of the kernel's\n"
      "  block DEVICE read|write|size\n"
      "                        a block device, by its name in /dev or as MAJOR:MINOR\n"
      "  socket FAMILY TYPE PROTOCOL [bind ADDRESS] [connect ADDRESS]\n"
      "                        send stdin, print what comes\n"
      "  crypto ALGORITHM      print the digest of stdin\n"
      "  nls CHARSET           convert stdin from a character set to UTF-8\n"
      "  ldisc NUMBER          stdin comes over a line with that discipline; print its answer\n"
      "  exec FILE             print the interpreter that a binary format chooses for a program\n"
      "\n"
      "{}"
      "  -h, --help            print this text\n",
      user_kernel_help);
}

// Whether stdin goes there.
enum class Input : std::uint8_t { never, always, with_send };

// What goes where for one subsystem. Its words begin with its name.
struct Subsystem {
  std::string_view name;
  std::size_t fewest;  // words
  std::size_t most;
  Input input;            // goes there first; what comes back is printed
  std::size_t image = 0;  // the word that is a file which goes along; 0: none is
};

constexpr Subsystem subsystems[] = {
    {.name = "filesystem", .fewest = 3, .most = 5, .input = Input::never, .image = 2},
    {.name = "block", .fewest = 3, .most = 3, .input = Input::never},
    {.name = "socket", .fewest = 4, .most = 8, .input = Input::always},
    {.name = "netdev", .fewest = 2, .most = 3, .input = Input::with_send},
    {.name = "crypto", .fewest = 2, .most = 2, .input = Input::always},
    {.name = "nls", .fewest = 2, .most = 2, .input = Input::always},
    {.name = "ldisc", .fewest = 2, .most = 2, .input = Input::always},
    {.name = "exec", .fewest = 2, .most = 2, .input = Input::never, .image = 1},
};

struct Options {
  std::string_view kernel;
  const Subsystem* subsystem = nullptr;
  std::vector<std::string> words;
};

// nullopt: the line is wrong.
std::optional<Options> read_options(int argc, char** argv, bool& wants_help) {
  static constexpr option long_options[] = {
      {"kernel", required_argument, nullptr, 'k'}, {"help", no_argument, nullptr, 'h'}, {}};
  Options options;
  for (int c; (c = ::getopt_long(argc, argv, "+k:h", long_options, nullptr)) != -1;) {
    if (c == 'k') {
      options.kernel = optarg;
    } else {
      wants_help = c == 'h';
      return wants_help ? std::optional(options) : std::nullopt;
    }
  }
  options.words.assign(argv + optind, argv + argc);
  if (options.words.empty()) return std::nullopt;
  const auto* const found =
      std::ranges::find(subsystems, std::string_view(options.words[0]), &Subsystem::name);
  if (found == std::end(subsystems) || options.words.size() < found->fewest ||
      options.words.size() > found->most)
    return std::nullopt;
  options.subsystem = found;
  return options;
}

// A path below /dev is a device of that kernel's, not a file of ours.
Result<unique_fd> image_of(const Options& options) {
  if (options.subsystem->image == 0) return unique_fd();
  const std::string& path = options.words[options.subsystem->image];
  if (path.starts_with("/dev/")) return unique_fd();
  return open_for_reading(path);
}

// "ram0" or "1:0": its node.
std::string node_of(const std::string& device) {
  if (device.starts_with("/dev/")) return device;
  return (device.find(':') == std::string::npos ? "/dev/" : "/dev/block/") + device;
}

// Nodes of block devices are files: opened, and then used, as others are.
Result<void> use_block(kernel::UserKernel& kernel, const Options& options) {
  const std::string node = node_of(options.words[1]);
  const std::string& what = options.words[2];
  const bool writes = what == "write";
  if (!writes && what != "read" && what != "size")
    return fail(EINVAL, what, "is nothing to do with a block device", "give read, write or size");
  TRY(const int file, kernel.open_device(node, writes ? O_WRONLY : O_RDONLY));
  if (what == "size") {
    TRY(const std::int64_t size, kernel.seek_device(file, 0, SEEK_END));
    TRY_OK(write_all(STDOUT_FILENO, fmt::format("{}\n", size), "stdout"));
  } else {
    TRY_OK(Conversation(kernel, node, file, !writes, writes).run());
  }
  return kernel.close_device(file);
}

// What comes on stdin goes there first; then what there is comes back.
Result<void> use_object(kernel::UserKernel& kernel, const Options& options, unique_fd image) {
  const Input input = options.subsystem->input;
  const bool writes =
      input == Input::always || (input == Input::with_send && options.words.back() == "send");
  TRY(const int file, kernel.use(options.words, writes ? O_RDWR : O_RDONLY, std::move(image)));
  const std::string& name = options.words[0];
  if (writes) TRY_OK(Conversation(kernel, name, file, false, true).run());
  TRY_OK(Conversation(kernel, name, file, true, false).run());
  return kernel.close_device(file);
}

Result<void> use(const Options& options) {
  TRY(unique_fd image, image_of(options));
  TRY(auto kernel, open_user_kernel(options.kernel));
  end_by_signals(kernel->socket());
  auto done = options.subsystem->name == "block" ? use_block(*kernel, options)
                                                 : use_object(*kernel, options, std::move(image));
  if (interrupted()) return {};  // the connection is broken: the kernel closes the file
  return done;
}

}  // namespace

int use_main(int argc, char** argv) {
  Messages messages("kmodern use");
  bool wants_help = false;
  const auto options = read_options(argc, argv, wants_help);
  if (!options) return help(stderr), 1;
  if (wants_help) return help(stdout), 0;
  if (auto done = use(*options); !done) return messages.error(done.error()), 1;
  return interrupted() ? 130 : 0;
}

}  // namespace kmodern::cli
