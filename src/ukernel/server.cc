#include "ukernel/server.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>

#include "base/fail_point.h"
#include "ukernel/system_calls.h"

namespace kmodern::ukernel {

namespace {

// More than modprobe -j has connections (cli/modprobe_options.cc).
constexpr std::size_t most_clients = 512;

// The process at the other end; nullopt if it isn't one of this user.
std::optional<Peer> peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0 ||
      credentials.uid != ::geteuid())
    return std::nullopt;
  return Peer{credentials.pid, comm_of(credentials.pid)};
}

// One answer to a client that gets no session.
void turn_away(int socket, const Error& error) {
  kernel::protocol::Message message;
  message.json["error"] = kernel::protocol::to_json(error);
  (void)kernel::protocol::send(socket, message);
}

// No memory or no thread can be had: this client sees its connection closed, the others go on.
void say_lost(Ukernel& kernel, const std::exception& error) noexcept {
  try {
    kernel.log(level::error, fmt::format("a client is lost: {}", error.what()), false);
  } catch (const std::bad_alloc&) {
    return;  // nor for a line
  }
}

}  // namespace

Server::Server(Ukernel& kernel, kernel::Place place, Services services)
    : kernel_(kernel), place_(std::move(place)), services_(std::move(services)) {}

Result<std::unique_ptr<Server>> Server::start(Ukernel& kernel, const kernel::Place& place,
                                              Services services) {
  std::unique_ptr<Server> server(new Server(kernel, place, std::move(services)));
  TRY_OK(server->listen());
  try {
    server->acceptor_ = std::thread([raw = server.get()] { raw->accept_clients(); });
  } catch (const std::system_error& error) {
    return fail_errno(error.code().value(), place.socket, "cannot start a thread to listen there");
  }
  return server;
}

Result<void> Server::listen() {
  lock_.reset(::open(place_.lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock_) return fail_errno(errno, place_.lock, "cannot open");
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(EADDRINUSE, "user:" + place_.name, "a kernel of this name is running",
                fmt::format("stop it first, by `kmodern kernel stop {}`", place_.name));
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    return fail_errno(errno, place_.socket, "cannot make a pipe");
  stop_reader_.reset(ends[0]);
  stop_writer_.reset(ends[1]);

  // We have the lock: whoever made a socket here before is dead.
  ::unlink(place_.socket.c_str());
  socket_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_) return fail_errno(errno, place_.socket, "cannot make a socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (place_.socket.size() >= sizeof(address.sun_path))
    return fail(ENAMETOOLONG, place_.socket, "is too long for a socket's address");
  std::memcpy(address.sun_path, place_.socket.c_str(), place_.socket.size() + 1);
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return fail_errno(errno, place_.socket, "cannot bind a socket there");
  // The directory is this user's alone; the socket need not rely on that.
  if (::chmod(place_.socket.c_str(), 0600) != 0)
    return fail_errno(errno, place_.socket, "cannot set its mode");
  if (::listen(socket_.get(), SOMAXCONN) != 0)
    return fail_errno(errno, place_.socket, "cannot listen");
  return {};
}

Server::~Server() {
  stop();
  if (acceptor_.joinable()) acceptor_.join();
  if (socket_) ::unlink(place_.socket.c_str());
  std::unique_lock lock(mutex_);
  for (int socket : sessions_) ::shutdown(socket, SHUT_RDWR);
  session_ended_.wait(lock, [&] { return sessions_.empty(); });
}

void Server::stop() {
  // Async-signal-safe; a full pipe says the same already.
  if (stop_writer_) (void)!::write(stop_writer_.get(), "", 1);
}

void Server::wait() {
  pollfd stopped{stop_reader_.get(), POLLIN, 0};
  while (::poll(&stopped, 1, -1) < 0 && errno == EINTR) continue;
}

void Server::accept_clients() {
  while (true) {
    pollfd events[] = {{stop_reader_.get(), POLLIN, 0}, {socket_.get(), POLLIN, 0}};
    if (::poll(events, 2, -1) < 0 && errno != EINTR) return;
    if (events[0].revents != 0) return;
    unique_fd client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) {
      // Out of descriptors: clients that end give some back.
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) ::poll(nullptr, 0, 10);
      continue;
    }
    try {
      begin_session(std::move(client));
    } catch (const std::exception& error) {
      say_lost(kernel_, error);
    }
  }
}

void Server::begin_session(unique_fd client) {
  std::lock_guard lock(mutex_);
  if (sessions_.size() >= most_clients) {
    turn_away(client.get(),
              {EAGAIN, "user:" + place_.name,
               fmt::format("it has {} clients already", sessions_.size()), "end some of them"});
    return;
  }
  const auto place = sessions_.insert(client.get()).first;
  try {
    if (fail_point("start a thread for a client"))
      throw std::system_error(EAGAIN, std::system_category());
    std::thread([this, owned = std::move(client)]() mutable { serve(std::move(owned)); }).detach();
  } catch (const std::exception&) {
    sessions_.erase(place);
    throw;
  }
}

void Server::serve(unique_fd socket) {
  try {
    if (auto peer = peer_of(socket.get())) {
      // Module code that runs for this client bears its name, in an oops for instance.
      ::pthread_setname_np(::pthread_self(), peer->comm.substr(0, 15).c_str());
      Session session(kernel_, socket.get(), *peer, place_.name, services_, [this] { stop(); });
      session.run();
    }
  } catch (const std::exception& error) {
    say_lost(kernel_, error);
  }
  std::lock_guard lock(mutex_);
  sessions_.erase(socket.get());
  socket.reset();
  session_ended_.notify_all();
}

}  // namespace kmodern::ukernel
