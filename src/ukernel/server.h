// Gives a Ukernel to other processes of its user, over a socket. One thread per client: a client
// that waits (for a device, an init, the log) keeps nobody else waiting.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "kernel/user/place.h"
#include "ukernel/session.h"
#include "ukernel/ukernel.h"

namespace kmodern::ukernel {

class Server {
 public:
  // Takes the place's lock and listens on its socket, which a dead kernel may have left behind.
  // Errors: EADDRINUSE if a kernel of that name runs.
  static Result<std::unique_ptr<Server>> start(Ukernel& kernel, const kernel::Place& place,
                                               Services services = {});
  // Breaks off all connections and waits for their threads; those that are inside of a module's
  // code end when it returns.
  ~Server();

  // Returns when a client has asked for the kernel's end, or stop() was called.
  void wait();
  // May be called by a signal handler.
  void stop();

 private:
  Server(Ukernel& kernel, kernel::Place place, Services services);
  Result<void> listen();
  void accept_clients();
  void begin_session(unique_fd client);
  void serve(unique_fd socket);

  Ukernel& kernel_;
  const kernel::Place place_;
  const Services services_;
  unique_fd lock_;
  unique_fd socket_;
  unique_fd stop_reader_;  // readable when the server is to end
  unique_fd stop_writer_;
  std::thread acceptor_;
  std::mutex mutex_;
  std::condition_variable session_ended_;
  std::set<int> sessions_;  // their sockets
};

}  // namespace kmodern::ukernel
