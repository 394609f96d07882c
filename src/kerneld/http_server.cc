#include "kerneld/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace kmodern::kerneld {
namespace {

constexpr int backlog = 16;
constexpr std::chrono::seconds pause_without_descriptors{1};

// True if a process listens there.
bool in_use(const sockaddr_un& address) {
  const unique_fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) return true;  // it cannot be known
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) ==
             0 ||
         errno == EAGAIN;
}

Result<void> bind_and_listen(const unique_fd& socket, const sockaddr* address, socklen_t size,
                             const std::string& name) {
  if (::bind(socket.get(), address, size) != 0 || ::listen(socket.get(), backlog) != 0)
    return fail_errno(errno, name, "cannot listen");
  return {};
}

}  // namespace

Result<unique_fd> listen_on_path(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path))
    return fail(ENAMETOOLONG, path, "is no path for a socket");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  unique_fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return fail_errno(errno, path, "cannot make a socket");
  struct stat status;
  if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) {
    if (in_use(address)) return fail(EADDRINUSE, path, "another process listens there");
    ::unlink(path.c_str());
  }
  // The mode that bind(2) gives to the name.
  if (::fchmod(socket.get(), 0660) != 0) return fail_errno(errno, path, "cannot set its mode");
  TRY_OK(
      bind_and_listen(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address), path));
  return socket;
}

Result<unique_fd> listen_on_loopback(std::uint16_t port) {
  const std::string name = "127.0.0.1:" + std::to_string(port);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  unique_fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return fail_errno(errno, name, "cannot make a socket");
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  TRY_OK(
      bind_and_listen(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address), name));
  return socket;
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options) {
  unique_fd stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop) return fail_errno(errno, "HTTP server", "cannot make an eventfd");
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(options), std::move(stop)));
}

HttpServer::HttpServer(HttpServerOptions options, unique_fd stop)
    : options_(std::move(options)), stop_(std::move(stop)), thread_([this] { work(); }) {}

HttpServer::~HttpServer() {
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

void HttpServer::work() {
  std::vector<pollfd> ready;
  while (true) {
    const bool accepting = Clock::now() >= accept_again_;
    ready.assign(1, {stop_.get(), POLLIN, 0});
    for (const auto& listener : options_.listeners)
      ready.push_back({accepting ? listener.socket.get() : -1, POLLIN, 0});
    for (const Client& client : clients_) {
      const short wanted = client.response.empty() ? POLLIN : POLLOUT;
      ready.push_back({client.socket.get(), wanted, 0});
    }
    (void)::poll(ready.data(), ready.size(), patience());
    if (ready[0].revents != 0) return;
    const std::size_t first = 1 + options_.listeners.size();
    const auto now = Clock::now();
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      if (clients_[i].until <= now || !serve(clients_[i], ready[first + i].revents))
        clients_[i].socket.reset();
    }
    std::erase_if(clients_, [](const Client& client) { return !client.socket; });
    for (std::size_t i = 1; i < first; ++i) {
      if (ready[i].revents != 0) accept_from(options_.listeners[i - 1]);
    }
  }
}

int HttpServer::patience() const {
  const auto now = Clock::now();
  auto next = Clock::time_point::max();
  for (const Client& client : clients_) next = std::min(next, client.until);
  if (accept_again_ > now) next = std::min(next, accept_again_);
  if (next == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

void HttpServer::accept_from(const HttpServerOptions::Listener& listener) {
  unique_fd socket(
      ::accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) {
    // The one who connects still waits there: without a pause, this would be a busy loop.
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      accept_again_ = Clock::now() + pause_without_descriptors;
    return;
  }
  if (clients_.size() >= options_.most_clients) clients_.erase(clients_.begin());
  Client& client = clients_.emplace_back();
  client.socket = std::move(socket);
  client.contents = &listener.contents;
  client.until = Clock::now() + options_.patience;
}

bool HttpServer::serve(Client& client, short events) {
  if (events == 0) return true;
  return client.response.empty() ? receive(client) : send(client);
}

bool HttpServer::receive(Client& client) {
  std::array<char, 4096> bytes;
  const ssize_t size = ::recv(client.socket.get(), bytes.data(), bytes.size(), 0);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  if (size == 0) return false;
  // What comes after the answer is read and forgotten: closing with it unread would take the
  // answer back (RFC 9112, 9.6).
  if (client.answered) return true;
  client.received.append(bytes.data(), static_cast<std::size_t>(size));
  auto response = answer_http(client.received, *client.contents);
  if (!response) return true;
  client.answered = true;
  client.response = std::move(*response);
  return send(client);
}

bool HttpServer::send(Client& client) {
  const ssize_t sent =
      ::send(client.socket.get(), client.response.data(), client.response.size(), MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN || errno == EINTR;
  client.response.erase(0, static_cast<std::size_t>(sent));
  if (client.response.empty()) ::shutdown(client.socket.get(), SHUT_WR);
  return true;
}

}  // namespace kmodern::kerneld
