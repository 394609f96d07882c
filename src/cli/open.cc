// kmodern open: a device of a user-space kernel on stdin and stdout.
#include <fcntl.h>
#include <fmt/core.h>
#include <getopt.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <vector>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/user_kernel.h"

namespace kmodern::cli {
namespace {

constexpr std::size_t chunk = 64 << 10;  // bytes moved at once

void help(std::FILE* to) {
  fmt::print(
      to,
      "Usage: kmodern open [options] /dev/NAME\n"
      "Opens a device of a user-space kernel: what comes on stdin is written to it, what it\n"
      "gives is written to stdout. It is closed when stdin and the device are both at their\n"
      "end, or by Ctrl-C.\n"
      "\n"
      "  -r, --read            only read: stdin is left alone\n"
      "  -w, --write           only write\n"
      "{}"
      "  -h, --help            print this text\n",
      user_kernel_help);
}

// For the signal handler: Ctrl-C breaks the connection, and so a call that waits in the device.
volatile std::sig_atomic_t interrupted = 0;
volatile std::sig_atomic_t connection = -1;

void on_interrupt(int) {
  interrupted = 1;
  if (connection >= 0) ::shutdown(connection, SHUT_RDWR);
}

void handle_signals(int socket) {
  connection = socket;
  struct sigaction action{};
  action.sa_handler = on_interrupt;  // without SA_RESTART: poll() and read() end
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

// An open device between stdin and stdout. A file of the kernel does one thing at a time, so that
// input goes first where there is some, and the device is read else.
class Conversation {
 public:
  Conversation(kernel::UserKernel& kernel, std::string path, int file, bool reads, bool writes)
      : kernel_(kernel), path_(std::move(path)), file_(file), reads_(reads), writes_(writes) {}

  Result<void> run() {
    while (reads_ || writes_) {
      if (writes_ && input_waits()) {
        TRY_OK(pass_input());
      } else if (reads_ && !at_end_) {
        TRY_OK(pass_output());
      } else if (!writes_) {
        break;  // all was read
      }
    }
    if (unreadable_ && written_ == 0) return std::unexpected(*unreadable_);
    return {};
  }

 private:
  bool input_waits() const {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    int patience = reads_ && !at_end_ ? 0 : -1;
    return ::poll(&input, 1, patience) != 0;
  }

  Result<void> pass_input() {
    std::vector<char> buffer(chunk);
    ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0) return fail_errno(errno, "stdin", "cannot read");
    if (got == 0) {
      writes_ = false;
      return {};
    }
    std::string_view rest(buffer.data(), static_cast<std::size_t>(got));
    while (!rest.empty()) {
      TRY(std::size_t put, kernel_.write_device(file_, rest));
      if (put == 0) {
        return fail(EIO, path_, fmt::format("takes none of {} bytes", rest.size()),
                    "it is full, or takes no input");
      }
      rest.remove_prefix(put);
      written_ += put;
      at_end_ = false;  // it may have an answer
    }
    return {};
  }

  Result<void> pass_output() {
    auto got = kernel_.read_device(file_, chunk);
    if (!got && got.error().code == EINVAL && writes_) {  // it is only to be written to
      unreadable_ = got.error();
      reads_ = false;
      return {};
    }
    if (!got && got.error().code == EINVAL && written_ > 0) {
      reads_ = false;
      return {};
    }
    if (!got) return std::unexpected(got.error());
    at_end_ = got->empty();
    return write_all(STDOUT_FILENO, *got, "stdout");
  }

  kernel::UserKernel& kernel_;
  std::string path_;
  int file_;
  bool reads_;
  bool writes_;
  bool at_end_ = false;  // the device had no more to give when it was asked last
  std::size_t written_ = 0;
  std::optional<Error> unreadable_;
};

Result<void> converse(std::string_view which, const std::string& path, bool reads, bool writes) {
  TRY(auto kernel, open_user_kernel(which));
  int flags = reads && writes ? O_RDWR : (reads ? O_RDONLY : O_WRONLY);
  TRY(int file, kernel->open_device(path, flags));
  handle_signals(kernel->socket());
  auto done = Conversation(*kernel, path, file, reads, writes).run();
  if (interrupted != 0) return {};  // the connection is broken: the kernel closes the file
  auto closed = kernel->close_device(file);
  return done ? closed : done;
}

}  // namespace

int open_main(int argc, char** argv) {
  static constexpr option long_options[] = {{"read", no_argument, nullptr, 'r'},
                                            {"write", no_argument, nullptr, 'w'},
                                            {"kernel", required_argument, nullptr, 'k'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("kmodern open");
  bool reads = true;
  bool writes = true;
  std::string_view which;
  for (int c; (c = ::getopt_long(argc, argv, "rwk:h", long_options, nullptr)) != -1;) {
    if (c == 'r')
      writes = false;
    else if (c == 'w')
      reads = false;
    else if (c == 'k')
      which = optarg;
    else if (c == 'h')
      return help(stdout), 0;
    else
      return help(stderr), 1;
  }
  if (argc - optind != 1 || (!reads && !writes)) return help(stderr), 1;
  if (auto done = converse(which, argv[optind], reads, writes); !done)
    return messages.error(done.error()), 1;
  return interrupted != 0 ? 130 : 0;
}

}  // namespace kmodern::cli
