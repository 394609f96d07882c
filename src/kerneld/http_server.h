// Serves a few texts by HTTP on sockets that listen, in a thread of its own. Clients are bounded in
// number, in what they send and in the time that they take.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "kerneld/http.h"

namespace kmodern::kerneld {

// A socket that listens at `path`, mode 0660. One that a former process left behind is replaced.
// Errors: EADDRINUSE where a process listens there.
Result<unique_fd> listen_on_path(const std::string& path);
// On 127.0.0.1; port 0: any that is free.
Result<unique_fd> listen_on_loopback(std::uint16_t port);

struct HttpServerOptions {
  struct Listener {
    unique_fd socket;
    HttpContents contents;  // called from the server's thread
  };
  std::vector<Listener> listeners;
  std::size_t most_clients = 32;             // when one more comes, the oldest is sent away
  std::chrono::milliseconds patience{5000};  // with a client, from its connecting to its end
};

class HttpServer {
 public:
  // Errors: those of eventfd(2).
  static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  struct Client {
    unique_fd socket;
    Clock::time_point until;
    const HttpContents* contents;
    std::string received;
    std::string response;  // what is still to be sent
    bool answered = false;
  };

  HttpServer(HttpServerOptions options, unique_fd stop);
  void work();
  // Milliseconds until something has to be done without being woken; -1: never.
  int patience() const;
  void accept_from(const HttpServerOptions::Listener& listener);
  // False when it is to be sent away.
  bool serve(Client& client, short events);
  bool receive(Client& client);
  static bool send(Client& client);

  HttpServerOptions options_;
  unique_fd stop_;
  std::vector<Client> clients_;       // oldest first
  Clock::time_point accept_again_{};  // not before: there were no descriptors left
  std::jthread thread_;
};

}  // namespace kmodern::kerneld
