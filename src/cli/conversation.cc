#include "cli/conversation.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <vector>

#include "base/file.h"

namespace kmodern::cli {

namespace {

constexpr std::size_t chunk = 64 << 10;  // bytes moved at once

// For the signal handler.
volatile std::sig_atomic_t signalled = 0;
volatile std::sig_atomic_t connection = -1;

void on_interrupt(int) {
  signalled = 1;
  if (connection >= 0) ::shutdown(connection, SHUT_RDWR);
}

}  // namespace

void end_by_signals(int socket) {
  connection = socket;
  struct sigaction action{};
  action.sa_handler = on_interrupt;  // without SA_RESTART: poll() and read() end
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() { return signalled != 0; }

Result<void> Conversation::run() {
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

bool Conversation::input_waits() const {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  int patience = reads_ && !at_end_ ? 0 : -1;
  return ::poll(&input, 1, patience) != 0;
}

Result<void> Conversation::pass_input() {
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

Result<void> Conversation::pass_output() {
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

}  // namespace kmodern::cli
