#include "kerneld/control.h"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/text.h"
#include "kernel/user/place.h"

namespace kmodern::kerneld {
namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::size_t longest_answer = 16 << 20;
constexpr timeval answer_patience{10, 0};

Result<unique_fd> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path))
    return fail(ENAMETOOLONG, path, "is too long for a socket's address");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  unique_fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return fail_errno(errno, path, "cannot make a socket");
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &answer_patience, sizeof(answer_patience));
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &answer_patience, sizeof(answer_patience));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
    return socket;
  if (errno == ENOENT || errno == ECONNREFUSED)
    return fail(ECONNREFUSED, path, "no kerneld listens there", "start it: see kerneld(8)");
  return fail_errno(errno, path, "cannot connect");
}

Result<std::string> read_answer(const unique_fd& socket, const std::string& path) {
  std::string answer;
  std::array<char, 16384> buffer;
  while (true) {
    const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (got == 0) return answer;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return fail(ETIMEDOUT, path, "kerneld does not answer");
    if (got < 0) return fail_errno(errno, path, "cannot read kerneld's answer");
    answer.append(buffer.data(), static_cast<std::size_t>(got));
    if (answer.size() > longest_answer) return fail(EPROTO, path, "kerneld's answer has no end");
  }
}

}  // namespace

Result<std::string> control_path(std::string_view kernel) {
  constexpr std::string_view user = "user:";
  if (!kernel.starts_with(user)) return std::string("/run/kmodern/kerneld.sock");
  TRY(const kernel::Place place, kernel::place_of(kernel.substr(user.size())));
  return place.socket.substr(0, place.socket.rfind('.')) + ".kerneld";
}

Result<std::string> ask_daemon(const std::string& socket, std::string_view target) {
  TRY(const unique_fd connection, connect_to(socket));
  const std::string request =
      fmt::format("GET {} HTTP/1.1\r\nHost: kerneld\r\nConnection: close\r\n\r\n", target);
  if (::send(connection.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0)
    return fail_errno(errno, socket, "cannot ask kerneld");
  TRY(std::string answer, read_answer(connection, socket));
  const std::size_t head = answer.find(end_of_head);
  if (!answer.starts_with("HTTP/1.1 ") || head == std::string::npos)
    return fail(EPROTO, socket, "what listens there is no kerneld");
  const std::string status = answer.substr(9, 3);
  answer.erase(0, head + end_of_head.size());
  if (status != "200") return fail(ENOENT, std::string(target), std::string(trim(answer)));
  return answer;
}

}  // namespace kmodern::kerneld
