// Where kerneld answers about itself: the control socket, and a port of loopback if one is set.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "kerneld/http_server.h"

namespace kmodern::daemon {

class Listeners {
 public:
  // `contents` is called by threads of theirs.
  explicit Listeners(kerneld::HttpContents contents) : contents_(std::move(contents)) {}

  // Sockets that somebody else has opened: there is no control socket of our own then.
  Result<void> take_over(std::vector<unique_fd> sockets);

  // From now on they are these; what is open already stays. `port` 0: none. With an error all is as
  // it was.
  Result<void> listen(const std::string& control_path, std::uint16_t port);

 private:
  // One that is served, with the name that goes when it does.
  class Served {
   public:
    static Result<std::unique_ptr<Served>> start(std::vector<unique_fd> sockets, std::string path,
                                                 const kerneld::HttpContents& contents);
    ~Served();
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;

   private:
    Served(std::string path, std::unique_ptr<kerneld::HttpServer> server)
        : path_(std::move(path)), server_(std::move(server)) {}
    std::string path_;
    std::unique_ptr<kerneld::HttpServer> server_;
  };

  const kerneld::HttpContents contents_;
  std::string path_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Served> taken_over_, control_, loopback_;
};

}  // namespace kmodern::daemon
