#include "ukernel/session.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "ukernel/on_behalf.h"
#include "ukernel/serve_channel.h"

namespace kmodern::ukernel {

using kernel::protocol::flag_of;
using kernel::protocol::number_of;
using kernel::protocol::text_of;
using kernel::protocol::texts_of;

namespace {

constexpr std::uint64_t largest_module = 256 << 20;      // bytes of a file
constexpr std::size_t most_devices = 1024;               // open at once by one client
constexpr std::int64_t longest_poll = 24 * 3600 * 1000;  // milliseconds
constexpr std::size_t log_page = 512;                    // records in one answer
constexpr auto log_patience = std::chrono::milliseconds(200);

// The module that a client handed over. It is copied: who can write to the file must not be able to
// change it between a check and its use.
Result<std::string> read_image(int fd, const std::string& path) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return fail_errno(errno, path, "cannot stat");
  if (!S_ISREG(status.st_mode)) return fail(EINVAL, path, "is not a regular file");
  if (status.st_size == 0) return fail(EINVAL, path, "is empty", "install or build it again");
  if (static_cast<std::uint64_t>(status.st_size) > largest_module)
    return fail(EFBIG, path, fmt::format("is larger than {} bytes", largest_module));
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  TRY_OK(read_exactly(fd, 0, std::as_writable_bytes(std::span(bytes)), path));
  return bytes;
}

// Member by member: an initializer list copies what it is given, which takes four times as long.
kernel::protocol::Json to_json(kernel::LoadedModule module) {
  auto json = kernel::protocol::Json::object();
  json["name"] = std::move(module.name);
  json["size"] = module.size;
  json["refcnt"] = module.refcnt;
  json["holders"] = std::move(module.holders);
  json["permanent"] = module.permanent;
  json["state"] = kernel::name(module.state);
  json["address"] = module.address;
  json["taints"] = std::move(module.taints);
  return json;
}

kernel::protocol::Message message(kernel::protocol::Json::object_t members) {
  kernel::protocol::Message result;
  result.json = std::move(members);
  return result;
}

// The text goes as a file: it may be larger than a message, and need not be UTF-8.
Result<kernel::protocol::Message> text_message(std::string_view text, const std::string& subject,
                                               kernel::protocol::Json::object_t members) {
  members["size"] = text.size();
  auto reply = message(std::move(members));
  reply.fd.reset(::memfd_create("text", MFD_CLOEXEC));
  if (!reply.fd) return fail_errno(errno, subject, "cannot make a file for the answer");
  TRY_OK(write_all(reply.fd.get(), text, subject));
  return reply;
}

Result<Node> node_at(View& view, const std::string& path) {
  if (auto node = view.find(path)) return *node;
  return fail(ENOENT, path, "is none of this kernel's files",
              path.starts_with("/sys/module") ? "`kmodern ls /sys/module` lists the modules"
                                              : "`kmodern ls /` shows which there are");
}

}  // namespace

Session::~Session() {
  if (channel_) kernel_.requests().close(*channel_);
  for (auto& [number, device] : devices_) [[maybe_unused]]
    const auto closed = device->close();
  kernel_.interruptible(nullptr);
}

void Session::run() {
  kernel_.interruptible([this] { return client_gone(); });
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

Result<Session::Message> Session::load(const Message& request) {
  TRY(std::string path, text_of(request.json, "path"));
  kernel::LoadOptions options;
  TRY(options.parameters, text_of(request.json, "parameters"));
  TRY(options.ignore_modversions, flag_of(request.json, "ignore_modversions"));
  TRY(options.ignore_vermagic, flag_of(request.json, "ignore_vermagic"));
  TRY(options.autoclean, flag_of(request.json, "autoclean"));
  TRY(options.on_demand, flag_of(request.json, "on_demand"));
  if (!request.fd) return fail(EBADF, path, "no open file came with the request");
  TRY(std::string image, read_image(request.fd.get(), path));
  TRY_OK(kernel_.load(ByteView(image), path, options, [this] { return client_gone(); }));
  return Message{};
}

Result<Session::Message> Session::unload(const Message& request) {
  TRY(std::string name, text_of(request.json, "name"));
  kernel::UnloadOptions options;
  TRY(options.force, flag_of(request.json, "force"));
  std::vector<std::string> left_behind;
  options.left_behind = &left_behind;
  TRY_OK(kernel_.unload(name, options));
  return message({{"left_behind", left_behind}});
}

// All, or the one of a name, if there is one.
Result<Session::Message> Session::modules(const Message& request) {
  Json list = Json::array();
  if (request.json.contains("name")) {
    TRY(std::string name, text_of(request.json, "name"));
    if (auto module = kernel_.module(name)) list.push_back(to_json(std::move(*module)));
  } else {
    for (auto& module : kernel_.modules()) list.push_back(to_json(std::move(module)));
  }
  Message reply;
  reply.json["modules"] = std::move(list);
  return reply;
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

Result<Session::Message> Session::nodes(const Message&) {
  return message({{"nodes", kernel_.devices()}});
}

Result<Session::Message> Session::open(const Message& request) {
  TRY(std::string path, text_of(request.json, "path"));
  TRY(std::int64_t flags, number_of(request.json, "flags"));
  return add_device(
      path, [&] { return kernel_.open(path, static_cast<int>(flags), peer_.pid, peer_.comm); });
}

Result<Session::Message> Session::use(const Message& request) {
  core::Use use;
  TRY(use.words, texts_of(request.json, "words"));
  TRY(std::int64_t flags, number_of(request.json, "flags"));
  use.flags = static_cast<int>(flags);
  if (request.fd) {
    use.image.reset(::fcntl(request.fd.get(), F_DUPFD_CLOEXEC, 0));
    if (!use.image) return fail_errno(errno, "use", "cannot take the file over");
  }
  return add_device("use", [&] { return kernel_.use(std::move(use), peer_.pid, peer_.comm); });
}

Result<Session::Message> Session::add_device(
    const std::string& subject, const std::function<Result<std::unique_ptr<Device>>()>& open) {
  if (devices_.size() >= most_devices)
    return fail(EMFILE, subject, fmt::format("this client has {} files open", devices_.size()));
  TRY(auto device, open());
  devices_.emplace(next_device_, std::move(device));
  return message({{"file", next_device_++}});
}

Result<Device*> Session::device_of(const Message& request) {
  TRY(std::int64_t number, number_of(request.json, "file"));
  auto found = devices_.find(static_cast<int>(number));
  if (found == devices_.end())
    return fail(EBADF, fmt::format("file {}", number), "is not open on this connection");
  return found->second.get();
}

Result<Session::Message> Session::read(const Message& request) {
  TRY(Device * device, device_of(request));
  TRY(std::int64_t size, number_of(request.json, "size"));
  if (size < 0 || size > kernel::protocol::blob_limit)
    return fail(EINVAL, "message", fmt::format("cannot read {} bytes at once", size));
  Message reply;
  reply.blob.resize(static_cast<std::size_t>(size));
  TRY(long got, device->read(std::as_writable_bytes(std::span(reply.blob))));
  // A driver's count is the driver's word: it must not make us send what is not there.
  reply.blob.resize(static_cast<std::size_t>(std::min<long>(got, size)));
  return reply;
}

Result<Session::Message> Session::write(const Message& request) {
  TRY(Device * device, device_of(request));
  TRY(long written, device->write(std::as_bytes(std::span(request.blob))));
  return message({{"written", std::min<long>(written, static_cast<long>(request.blob.size()))}});
}

Result<Session::Message> Session::seek(const Message& request) {
  TRY(Device * device, device_of(request));
  TRY(std::int64_t offset, number_of(request.json, "offset"));
  TRY(std::int64_t whence, number_of(request.json, "whence"));
  TRY(long position, device->seek(offset, static_cast<int>(whence)));
  return message({{"position", position}});
}

Result<Session::Message> Session::ioctl(const Message& request) {
  TRY(Device * device, device_of(request));
  TRY(std::int64_t command, number_of(request.json, "command"));
  TRY(std::int64_t argument, number_of(request.json, "argument"));
  std::string memory = request.blob;
  TRY(long result,
      device->ioctl(static_cast<unsigned>(command), static_cast<unsigned long>(argument),
                    std::as_writable_bytes(std::span(memory))));
  Message reply = message({{"result", result}});
  reply.blob = std::move(memory);
  return reply;
}

// Waits for the device, the client's end, or the end of the client's patience.
Result<Session::Message> Session::poll(const Message& request) {
  TRY(Device * device, device_of(request));
  TRY(std::int64_t patience, number_of(request.json, "patience"));
  const unique_fd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return fail_errno(errno, "poll", "cannot make an eventfd");
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::milliseconds(std::clamp<std::int64_t>(patience, 0, longest_poll));
  while (true) {
    TRY(long ready, device->poll(wake.get()));
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (ready != 0 || left.count() <= 0 || client_gone()) return message({{"ready", ready}});
    std::array<pollfd, 2> both = {pollfd{wake.get(), POLLIN, 0}, pollfd{socket_, POLLRDHUP, 0}};
    ::poll(both.data(), both.size(), static_cast<int>(left.count()));
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(wake.get(), &count, sizeof(count));
  }
}

// The answer's file is all of the memory that modules can give to be mapped: who may open a device
// of this kernel may do anything with it.
Result<Session::Message> Session::map(const Message& request) {
  TRY(Device * device, device_of(request));
  TRY(std::int64_t offset, number_of(request.json, "offset"));
  TRY(std::int64_t size, number_of(request.json, "size"));
  TRY(std::int64_t protection, number_of(request.json, "protection"));
  if (offset < 0 || size < 0) return fail(EINVAL, "message", "offset and size cannot be negative");
  TRY(core::SharedMemory memory,
      device->map(static_cast<std::uint64_t>(offset), static_cast<std::size_t>(size),
                  static_cast<int>(protection)));
  Json pieces = Json::array();
  for (const core::SharedMemory::Piece& piece : memory.pieces) {
    pieces.push_back({{"size", piece.size}});
    if (piece.offset) pieces.back()["offset"] = *piece.offset;
  }
  Message reply = message({{"pieces", std::move(pieces)}});
  reply.fd = std::move(memory.file);
  return reply;
}

Result<Session::Message> Session::close(const Message& request) {
  TRY(Device * device, device_of(request));
  auto closed = device->close();
  TRY(std::int64_t number, number_of(request.json, "file"));
  devices_.erase(static_cast<int>(number));
  if (!closed) return std::unexpected(closed.error());
  return Message{};
}

Result<Session::Message> Session::cat(const Message& request) {
  TRY(std::string path, text_of(request.json, "path"));
  TRY(Node node, node_at(kernel_.view(), path));
  if (node.kind == Node::Kind::folder)
    return fail(EISDIR, path, "is a folder", fmt::format("`kmodern ls {}` lists it", path));
  if (node.kind == Node::Kind::link)
    return fail(EINVAL, path, fmt::format("is a link to {}", node.target), "name that");
  if ((node.mode & 0444) == 0) return fail(EACCES, path, "can only be written");
  TRY(std::string text, kernel_.read_file(path, peer_.pid, peer_.comm));
  return text_message(text, path, {});
}

Result<Session::Message> Session::write_view(const Message& request) {
  TRY(std::string path, text_of(request.json, "path"));
  TRY_OK(kernel_.view().write(path, request.blob));
  return Message{};
}

Result<Session::Message> Session::create_module(const Message& request) {
  TRY(std::string name, text_of(request.json, "name"));
  TRY(std::int64_t size, number_of(request.json, "size"));
  TRY(std::uint64_t address, kernel_.create_module(name, static_cast<std::uint64_t>(size)));
  return message({{"address", address}});
}

Result<Session::Message> Session::init_module(const Message& request) {
  TRY(std::string name, text_of(request.json, "name"));
  if (!request.fd) return fail(EBADF, name, "no image came with the request");
  TRY(std::string image, read_image(request.fd.get(), name));
  TRY_OK(kernel_.init_module(name, ByteView(image)));
  return Message{};
}

Result<Session::Message> Session::query_module(const Message& request) {
  std::optional<std::string> name;
  if (request.json.contains("name")) {
    TRY(name, text_of(request.json, "name"));
  }
  TRY(std::int64_t which, number_of(request.json, "which"));
  if (which != static_cast<int>(which))
    return fail(EINVAL, "query_module", "there is no such query");
  TRY(auto answer, kernel_.query_module(name, static_cast<kernel::classic::Query>(which)));
  return text_message(answer.bytes, "query_module", {{"result", answer.result}});
}

Result<Session::Message> Session::get_kernel_syms(const Message&) {
  TRY(auto answer, kernel_.get_kernel_syms());
  return text_message(answer.bytes, "get_kernel_syms", {{"result", answer.result}});
}

Result<Session::Message> Session::remove_idle(const Message&) {
  TRY(auto removed, kernel_.remove_idle());
  return message({{"removed", std::move(removed)}});
}

Result<Session::Message> Session::ls(const Message& request) {
  TRY(std::string path, text_of(request.json, "path"));
  TRY(Node node, node_at(kernel_.view(), path));
  if (node.kind != Node::Kind::folder) return message({{"names", Json::array({path})}});
  auto names = kernel_.view().list(path);
  std::ranges::sort(names);
  return message({{"names", std::move(names)}});
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
