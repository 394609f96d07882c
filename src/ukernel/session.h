// One client's connection: its requests, answered one after the other, and what it has open.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "kernel/user/protocol.h"
#include "kernel/user/user.h"
#include "ukernel/interruptible.h"
#include "ukernel/ukernel.h"

namespace kmodern::ukernel {

// Who is at the other end.
struct Peer {
  int pid = 0;
  std::string comm;
};

// Serves the system calls of a program and its descendants that are announced on a listener, until
// the last of them is gone. The layer above has it: the program of the kernel puts both together.
using Supervise =
    std::function<Result<void>(int listener, const std::vector<kernel::Redirect>& redirects)>;

// Serves a mount of the kernel's files, of which that is the connection, until it is unmounted.
using ServeMount = std::function<Result<void>(unique_fd connection)>;

// What layers above do for clients; what is empty is refused.
struct Services {
  Supervise supervise;
  ServeMount mount;
};

// It begins and ends on the thread that runs it.
class Session {
 public:
  // `shut_down` ends the kernel.
  Session(Ukernel& kernel, int socket, Peer peer, std::string kernel_name, const Services& services,
          std::function<void()> shut_down)
      : kernel_(kernel),
        socket_(socket),
        peer_(std::move(peer)),
        kernel_name_(std::move(kernel_name)),
        services_(services),
        shut_down_(std::move(shut_down)) {}
  // Closes what the client has open.
  ~Session();

  // Returns at the connection's end, or at a message that is none: then it is not to be trusted.
  void run();

  // The answer to one request; errors become the answer.
  Result<kernel::protocol::Message> answer(const kernel::protocol::Message& request);

 private:
  using Message = kernel::protocol::Message;
  using Json = kernel::protocol::Json;

  Result<Message> hello(const Message& request);
  Result<Message> load(const Message& request);
  Result<Message> unload(const Message& request);
  Result<Message> modules(const Message& request);
  Result<Message> status(const Message& request);
  Result<Message> log(const Message& request);
  Result<Message> nodes(const Message& request);
  Result<Message> open(const Message& request);
  Result<Message> use(const Message& request);
  Result<Message> read(const Message& request);
  Result<Message> write(const Message& request);
  Result<Message> seek(const Message& request);
  Result<Message> ioctl(const Message& request);
  Result<Message> poll(const Message& request);
  Result<Message> map(const Message& request);
  Result<Message> close(const Message& request);
  Result<Message> cat(const Message& request);
  Result<Message> ls(const Message& request);
  Result<Message> write_view(const Message& request);
  Result<Message> create_module(const Message& request);
  Result<Message> init_module(const Message& request);
  Result<Message> query_module(const Message& request);
  Result<Message> get_kernel_syms(const Message& request);
  Result<Message> remove_idle(const Message& request);
  Result<Message> supervise(const Message& request);
  Result<Message> mount(const Message& request);
  Result<Message> requests(const Message& request);
  Result<Message> shutdown(const Message& request);

  Result<Message> add_device(const std::string& subject,
                             const std::function<Result<std::unique_ptr<Device>>()>& open);
  Result<Device*> device_of(const Message& request);
  bool client_gone() const;

  Ukernel& kernel_;
  int socket_;
  Peer peer_;
  std::string kernel_name_;
  const Services& services_;
  std::function<void()> shut_down_;
  std::map<int, std::unique_ptr<Device>> devices_;
  int next_device_ = 0;
  std::shared_ptr<Channel> channel_;  // from the answer on, the connection is this
  bool shutting_down_ = false;        // when the answer is sent
  const Interruptible waiting_{kernel_, [this] { return client_gone(); }};
};

}  // namespace kmodern::ukernel
