#include "daemon/listeners.h"

#include <unistd.h>

#include <utility>

namespace kmodern::daemon {
namespace {

std::vector<unique_fd> one(unique_fd socket) {
  std::vector<unique_fd> sockets;
  sockets.push_back(std::move(socket));
  return sockets;
}

}  // namespace

Result<std::unique_ptr<Listeners::Served>> Listeners::Served::start(
    std::vector<unique_fd> sockets, std::string path, const kerneld::HttpContents& contents) {
  kerneld::HttpServerOptions options;
  for (unique_fd& socket : sockets) options.listeners.push_back({std::move(socket), contents});
  TRY(auto server, kerneld::HttpServer::start(std::move(options)));
  return std::unique_ptr<Served>(new Served(std::move(path), std::move(server)));
}

Listeners::Served::~Served() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Result<void> Listeners::take_over(std::vector<unique_fd> sockets) {
  TRY(taken_over_, Served::start(std::move(sockets), "", contents_));
  return {};
}

Result<void> Listeners::listen(const std::string& control_path, std::uint16_t port) {
  const bool other_path = !taken_over_ && control_path != path_;
  const bool other_port = port != port_;
  std::unique_ptr<Served> loopback;
  if (other_port && port != 0) {
    TRY(auto socket, kerneld::listen_on_loopback(port));
    TRY(loopback, Served::start(one(std::move(socket)), "", contents_));
  }
  if (other_path) {
    TRY(auto socket, kerneld::listen_on_path(control_path));
    TRY(control_, Served::start(one(std::move(socket)), control_path, contents_));
    path_ = control_path;
  }
  if (other_port) {
    loopback_ = std::move(loopback);
    port_ = port;
  }
  return {};
}

}  // namespace kmodern::daemon
