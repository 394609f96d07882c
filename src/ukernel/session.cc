#include "ukernel/session.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "ukernel/on_behalf.h"
#include "ukernel/serve_channel.h"
#include "ukernel/session_answers.h"

namespace kmodern::ukernel {

using kernel::protocol::flag_of;
using kernel::protocol::number_of;
using kernel::protocol::text_of;

namespace {

constexpr std::size_t log_page = 512;  // records in one answer
constexpr auto log_patience = std::chrono::milliseconds(200);

}  // namespace

Session::~Session() {
  if (channel_) kernel_.requests().close(*channel_);
  for (auto& [number, device] : devices_) [[maybe_unused]]
    const auto closed = device->close();
}

void Session::run() {
  const OnBehalf client({peer_.pid, peer_.comm});
  while (true) {
    auto request = kernel::protocol::receive(socket_, kernel::protocol::request_limits);
    if (!request || !*request) return;
    auto reply = answer(**request);
    if (!reply) reply = message({{"error", kernel::protocol::to_json(reply.error())}});
    bool sent = kernel::protocol::send(socket_, *reply).has_value();
    if (shutting_down_) shut_down_();
    if (!sent) return;
    if (channel_) return serve_channel(socket_, *channel_);
  }
}

Result<Session::Message> Session::answer(const Message& request) {
  using Handler = Result<Message> (Session::*)(const Message&);
  static constexpr std::pair<std::string_view, Handler> handlers[] = {
      {"hello", &Session::hello},
      {"load", &Session::load},
      {"unload", &Session::unload},
      {"modules", &Session::modules},
      {"status", &Session::status},
      {"log", &Session::log},
      {"nodes", &Session::nodes},
      {"open", &Session::open},
      {"use", &Session::use},
      {"read", &Session::read},
      {"write", &Session::write},
      {"seek", &Session::seek},
      {"ioctl", &Session::ioctl},
      {"poll", &Session::poll},
      {"map", &Session::map},
      {"close", &Session::close},
      {"cat", &Session::cat},
      {"ls", &Session::ls},
      {"supervise", &Session::supervise},
      {"mount", &Session::mount},
      {"requests", &Session::requests},
      {"shutdown", &Session::shutdown},
      {"write_view", &Session::write_view},
      {"create_module", &Session::create_module},
      {"init_module", &Session::init_module},
      {"query_module", &Session::query_module},
      {"get_kernel_syms", &Session::get_kernel_syms},
      {"remove_idle", &Session::remove_idle},
  };
  TRY(std::string call, text_of(request.json, "call"));
  for (const auto& [name, handler] : handlers) {
    if (name == call) return (this->*handler)(request);
  }
  return fail(ENOSYS, "message", fmt::format("this kernel knows no call '{}'", call),
              "use client and kernel of the same kmodern");
}

Result<Session::Message> Session::hello(const Message& request) {
  TRY(std::int64_t version, number_of(request.json, "version"));
  if (version != kernel::protocol::version) {
    return fail(
        EPROTO, "user:" + kernel_name_,
        fmt::format("this kernel speaks version {} of the protocol, this program version {}",
                    kernel::protocol::version, version),
        fmt::format("`kmodern kernel stop {}`, and start it anew with this program's "
                    "kmodern",
                    kernel_name_));
  }
  return message({{"release", kernel_.release()}});
}

Result<Session::Message> Session::status(const Message&) {
  return message({{"pid", ::getpid()},
                  {"release", kernel_.release()},
                  {"vermagic", kernel_.vermagic()},
                  {"uptime", kernel_.kernel_log().uptime().count()},
                  {"modules", kernel_.modules().size()},
                  {"memory", kernel_.memory()},
                  {"taints", kernel_.taints()},
                  {"faulted", kernel_.faulted()}});
}

bool Session::client_gone() const {
  pollfd socket{socket_, POLLRDHUP, 0};
  return ::poll(&socket, 1, 0) > 0 && (socket.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

Result<Session::Message> Session::log(const Message& request) {
  TRY(std::int64_t sequence, number_of(request.json, "sequence"));
  TRY(bool wait, flag_of(request.json, "wait"));
  if (sequence < 0) return fail(EINVAL, "message", "a sequence number cannot be negative");
  auto from = static_cast<std::uint64_t>(sequence);
  const Log& log = kernel_.kernel_log();
  while (wait && !client_gone() && !log.wait(from, log_patience)) continue;
  Json records = Json::array();
  for (const Record& record : log.read(from, log_page)) {
    records.push_back({{"sequence", record.sequence},
                       {"microseconds", record.time.count()},
                       {"level", record.level},
                       {"text", record.text}});
  }
  return message({{"records", std::move(records)}});
}

// Answered when the programs are gone: who asks waits for that.
Result<Session::Message> Session::supervise(const Message& request) {
  const std::string subject = "user:" + kernel_name_;
  if (!services_.supervise) return fail(ENOSYS, subject, "this kernel cannot serve programs");
  if (!request.fd) return fail(EBADF, subject, "no listener came with the request");
  TRY(auto list, kernel::protocol::objects_of(request.json, "redirects"));
  std::vector<kernel::Redirect> redirects;
  for (const Json& one : list) {
    TRY(std::string from, text_of(one, "from"));
    TRY(std::string to, text_of(one, "to"));
    redirects.push_back({std::move(from), std::move(to)});
  }
  TRY_OK(services_.supervise(request.fd.get(), redirects));
  return Message{};
}

// Answered when it is unmounted.
Result<Session::Message> Session::mount(const Message& request) {
  const std::string subject = "user:" + kernel_name_;
  if (!services_.mount) return fail(ENOSYS, subject, "this kernel cannot serve mounts");
  if (!request.fd) return fail(EBADF, subject, "no connection came with the request");
  unique_fd connection(::fcntl(request.fd.get(), F_DUPFD_CLOEXEC, 0));
  if (!connection) return fail_errno(errno, subject, "cannot take the connection over");
  TRY_OK(services_.mount(std::move(connection)));
  return Message{};
}

Result<Session::Message> Session::requests(const Message&) {
  TRY(channel_,
      kernel_.requests().open_channel([socket = socket_] { ::shutdown(socket, SHUT_RDWR); }));
  return Message{};
}

Result<Session::Message> Session::shutdown(const Message&) {
  shutting_down_ = true;
  return Message{};
}

}  // namespace kmodern::ukernel
