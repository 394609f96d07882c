// What a client does with files: those of the kernel's view, and those of modules that it has open.
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "ukernel/session.h"
#include "ukernel/session_answers.h"

namespace kmodern::ukernel {

using kernel::protocol::number_of;
using kernel::protocol::text_of;
using kernel::protocol::texts_of;

namespace {

constexpr std::size_t most_devices = 1024;               // open at once by one client
constexpr std::int64_t longest_poll = 24 * 3600 * 1000;  // milliseconds

Result<Node> node_at(View& view, const std::string& path) {
  if (auto node = view.find(path)) return *node;
  return fail(ENOENT, path, "is none of this kernel's files",
              path.starts_with("/sys/module") ? "`kmodern ls /sys/module` lists the modules"
                                              : "`kmodern ls /` shows which there are");
}

}  // namespace

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

Result<Session::Message> Session::ls(const Message& request) {
  TRY(std::string path, text_of(request.json, "path"));
  TRY(Node node, node_at(kernel_.view(), path));
  if (node.kind != Node::Kind::folder) return message({{"names", Json::array({path})}});
  auto names = kernel_.view().list(path);
  std::ranges::sort(names);
  return message({{"names", std::move(names)}});
}

Result<Session::Message> Session::write_view(const Message& request) {
  TRY(std::string path, text_of(request.json, "path"));
  TRY_OK(kernel_.view().write(path, request.blob));
  return Message{};
}

}  // namespace kmodern::ukernel
