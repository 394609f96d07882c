#include "ukernel/serve_channel.h"

#include <poll.h>

#include <cerrno>

#include "kernel/user/protocol.h"

namespace kmodern::ukernel {

namespace {

using kernel::protocol::Message;
using kernel::protocol::number_of;
using kernel::protocol::text_of;

// The name goes as the blob: it may be any bytes.
Message to_message(const kernel::ModuleRequest& request) {
  Message message;
  message.json["id"] = request.id;
  message.json["cause"] = request.cause;
  message.json["waits"] = request.waits;
  message.json["asker"] = {{"pid", request.asker.pid},
                           {"comm", request.asker.comm},
                           {"command_line", request.asker.command_line},
                           {"executable", request.asker.executable},
                           {"uid", request.asker.uid},
                           {"cgroup", request.asker.cgroup}};
  message.blob = request.name;
  return message;
}

Result<void> hear(const Message& message, Channel& channel) {
  TRY(std::string call, text_of(message.json, "call"));
  TRY(std::int64_t id, number_of(message.json, "id"));
  if (call == "read") {
    channel.was_read(static_cast<std::uint64_t>(id));
    return {};
  }
  if (call != "answer") return fail(EPROTO, "message", "is neither 'read' nor 'answer'");
  TRY(std::int64_t status, number_of(message.json, "status"));
  if (status != static_cast<int>(status)) return fail(EPROTO, "message", "has no such status");
  channel.answer(static_cast<std::uint64_t>(id), static_cast<int>(status));
  return {};
}

}  // namespace

void serve_channel(int socket, Channel& channel) {
  while (!channel.closed()) {
    pollfd both[] = {{socket, POLLIN, 0}, {channel.descriptor(), POLLIN, 0}};
    if (::poll(both, 2, -1) < 0 && errno != EINTR) return;
    while (auto request = channel.take()) {
      if (!kernel::protocol::send(socket, to_message(*request))) return;
    }
    if (both[0].revents == 0) continue;
    auto message = kernel::protocol::receive(socket, kernel::protocol::request_limits);
    if (!message || !*message || !hear(**message, channel)) return;
  }
}

}  // namespace kmodern::ukernel
