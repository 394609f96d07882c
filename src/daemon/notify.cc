#include "daemon/notify.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>

namespace kmodern::daemon {
namespace {

// $JOURNAL_STREAM is "DEVICE:INODE" of the journal's socket: systemd.exec(5).
bool stderr_is_the_journal() {
  const char* stream = ::getenv("JOURNAL_STREAM");
  struct stat status;
  return stream != nullptr && ::fstat(STDERR_FILENO, &status) == 0 &&
         fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

}  // namespace

void tell_ready(const std::string& status) {
  sd_notify(0, fmt::format("READY=1\nSTATUS={}", status).c_str());
}

void tell_reloading() {
  using namespace std::chrono;
  const auto now = duration_cast<microseconds>(steady_clock::now().time_since_epoch());
  sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.count()).c_str());
}

void tell_stopping() { sd_notify(0, "STOPPING=1"); }

Result<std::vector<unique_fd>> activation_sockets() {
  const int count = sd_listen_fds(1);
  if (count < 0) return fail_errno(-count, "LISTEN_FDS", "cannot take over the open sockets");
  std::vector<unique_fd> sockets;
  for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + count; ++fd) {
    if (sd_is_socket(fd, AF_UNSPEC, SOCK_STREAM, 1) <= 0)
      return fail(EINVAL, fmt::format("descriptor {}", fd), "is no stream socket that listens",
                  "use ListenStream= in the socket unit");
    sockets.emplace_back(fd);
  }
  return sockets;
}

void log(int level, const std::string& line) {
  static const bool journal = stderr_is_the_journal();
  const std::string whole =
      journal ? fmt::format("<{}>{}\n", level, line) : fmt::format("kerneld: {}\n", line);
  // One call, so that lines of several threads do not mix.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, whole.data(), whole.size());
}

}  // namespace kmodern::daemon
