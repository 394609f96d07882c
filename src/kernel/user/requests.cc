#include "kernel/user/requests.h"

#include <poll.h>

#include <cerrno>

#include "kernel/user/protocol.h"

namespace kmodern::kernel {

using protocol::number_of;
using protocol::text_of;

namespace {

Result<ModuleRequest> request_from(protocol::Message message) {
  ModuleRequest request;
  TRY(request.id, number_of(message.json, "id"));
  TRY(request.cause, text_of(message.json, "cause"));
  TRY(request.waits, protocol::flag_of(message.json, "waits"));
  request.name = std::move(message.blob);
  const protocol::Json asker = message.json.value("asker", protocol::Json::object());
  TRY(std::int64_t pid, number_of(asker, "pid"));
  request.asker.pid = static_cast<int>(pid);
  TRY(request.asker.comm, text_of(asker, "comm"));
  TRY(request.asker.command_line, text_of(asker, "command_line"));
  TRY(request.asker.executable, text_of(asker, "executable"));
  TRY(request.asker.uid, number_of(asker, "uid"));
  TRY(request.asker.cgroup, text_of(asker, "cgroup"));
  return request;
}

}  // namespace

std::unexpected<Error> UserRequests::gone(const std::string& reason) const {
  return fail(ECONNRESET, connection_->describe(), "the channel of requests broke: " + reason,
              "ask for a new one");
}

Result<std::optional<ModuleRequest>> UserRequests::next() {
  pollfd ready{connection_->socket(), POLLIN, 0};
  if (::poll(&ready, 1, 0) <= 0) return std::nullopt;
  auto message = protocol::receive(connection_->socket(), protocol::request_limits);
  if (!message) return gone(message.error().reason);
  if (!*message) return gone("the kernel closed it");
  TRY(ModuleRequest request, request_from(std::move(**message)));
  TRY_OK(say("read", request.id, 0));
  return request;
}

Result<void> UserRequests::answer(std::uint64_t id, int status) {
  return say("answer", id, status);
}

Result<void> UserRequests::say(std::string_view call, std::uint64_t id, int status) {
  protocol::Message message;
  message.json = {{"call", call}, {"id", id}, {"status", status}};
  const std::lock_guard lock(mutex_);
  if (auto sent = protocol::send(connection_->socket(), message); !sent)
    return gone(sent.error().reason);
  return {};
}

}  // namespace kmodern::kernel
