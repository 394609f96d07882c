#include "kernel/user/user.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/pidfd.h"
#include "kernel/taints.h"
#include "kernel/user/place.h"
#include "kernel/user/protocol.h"
#include "kernel/user/requests.h"

namespace kmodern::kernel {

using protocol::Json;
using protocol::number_of;
using protocol::text_of;

struct UserKernel::Call {
  explicit Call(const char* name, Json::object_t members = {}, std::string blob = {},
                unique_fd fd = {}) {
    members["call"] = name;
    message.json = std::move(members);
    message.blob = std::move(blob);
    message.fd = std::move(fd);
  }
  protocol::Message message;
};
struct UserKernel::Answer {
  Json json;
  std::string blob;
  unique_fd fd;
};

namespace {

constexpr const char* tainted_path = "/proc/sys/kernel/tainted";

State state_named(std::string_view text) {
  if (text == "coming") return State::coming;
  return text == "going" ? State::going : State::live;
}

Result<LoadedModule> module_from(const Json& json) {
  LoadedModule module;
  TRY(module.name, text_of(json, "name"));
  TRY(module.size, number_of(json, "size"));
  TRY(module.refcnt, number_of(json, "refcnt"));
  TRY(module.holders, protocol::texts_of(json, "holders"));
  TRY(module.permanent, protocol::flag_of(json, "permanent"));
  TRY(std::string state, text_of(json, "state"));
  module.state = state_named(state);
  TRY(module.address, number_of(json, "address"));
  TRY(module.taints, text_of(json, "taints"));
  return module;
}

Result<LogRecord> record_from(const Json& json) {
  LogRecord record;
  TRY(record.sequence, number_of(json, "sequence"));
  TRY(record.microseconds, number_of(json, "microseconds"));
  TRY(record.level, number_of(json, "level"));
  TRY(record.text, text_of(json, "text"));
  return record;
}

// A text that came as a file. The file is the kernel's to fill: it must not make us take what isn't
// there.
Result<std::string> text_from(const Json& json, const unique_fd& fd, const std::string& subject) {
  TRY(std::int64_t size, number_of(json, "size"));
  if (!fd || size < 0) return fail(EPROTO, subject, "the kernel's answer has no text");
  struct stat status;
  if (::fstat(fd.get(), &status) != 0 || status.st_size < size)
    return fail(EPROTO, subject, "the kernel's answer is shorter than it says");
  std::string text(static_cast<std::size_t>(size), '\0');
  TRY_OK(read_exactly(fd.get(), 0, std::as_writable_bytes(std::span(text)), subject));
  return text;
}

}  // namespace

Result<std::unique_ptr<UserKernel>> UserKernel::connect_to_stop(std::string_view name) {
  TRY(Place place, place_of(name.empty() ? default_kernel_name : name));
  TRY(unique_fd socket, connect_to(place));
  return std::unique_ptr<UserKernel>(new UserKernel(place.name, std::move(socket)));
}

Result<std::unique_ptr<UserKernel>> UserKernel::connect(std::string_view name) {
  TRY(auto kernel, connect_to_stop(name));
  TRY(Answer hello, kernel->ask(Call("hello", {{"version", protocol::version}})));
  TRY(kernel->release_, text_of(hello.json, "release"));
  return kernel;
}

std::unexpected<Error> UserKernel::broken(const std::string& reason) {
  socket_.reset();
  return fail(ECONNRESET, describe(), "the connection broke: " + reason,
              fmt::format("`kmodern kernel status {0}` tells whether it runs, `kmodern kernel "
                          "start {0}` starts it",
                          name_));
}

Result<void> UserKernel::send(const Call& call) {
  if (!socket_) return broken("it was closed before");
  if (auto sent = protocol::send(socket_.get(), call.message); !sent)
    return broken(sent.error().reason);
  return {};
}

Result<UserKernel::Answer> UserKernel::receive() {
  auto answer = protocol::receive(socket_.get(), protocol::answer_limits);
  if (!answer) return broken(answer.error().reason);
  if (!*answer) return broken("the kernel closed it");
  Json& json = (*answer)->json;
  if (auto error = json.find("error"); error != json.end())
    return std::unexpected(protocol::error_from(*error));
  return Answer{std::move(json), std::move((*answer)->blob), std::move((*answer)->fd)};
}

// One request, one answer. Whatever breaks the connection leaves it unusable.
Result<UserKernel::Answer> UserKernel::ask(const Call& call) {
  if (!socket_) return broken("it was closed before");
  const auto sent = protocol::send(socket_.get(), call.message);
  if (sent) return receive();
  // Whom the kernel turns away it tells why, and listens no more: its word is there to be read.
  if (sent.error().code == EPIPE) {
    auto last_word = receive();
    if (last_word || last_word.error().code != ECONNRESET) return last_word;
  }
  return broken(sent.error().reason);
}

Result<std::string> UserKernel::release() { return release_; }

Result<void> UserKernel::load(const std::string& path, const LoadOptions& options) {
  TRY(unique_fd file, open_for_reading(path));
  std::error_code ignored;
  std::filesystem::path absolute = std::filesystem::absolute(path, ignored);
  Call call("load",
            {{"path", absolute.empty() ? path : absolute.string()},
             {"parameters", options.parameters},
             {"ignore_modversions", options.ignore_modversions},
             {"ignore_vermagic", options.ignore_vermagic},
             {"autoclean", options.autoclean},
             {"on_demand", options.on_demand}},
            {}, std::move(file));
  TRY_OK(ask(call));
  return {};
}

Result<void> UserKernel::unload(const std::string& name, const UnloadOptions& options) {
  TRY(Answer answer, ask(Call("unload", {{"name", name}, {"force", options.force}})));
  TRY(auto left_behind, protocol::texts_of(answer.json, "left_behind"));
  if (options.left_behind != nullptr) *options.left_behind = std::move(left_behind);
  return {};
}

Result<std::vector<LoadedModule>> UserKernel::ask_modules(const Call& call) {
  TRY(Answer answer, ask(call));
  TRY(auto list, protocol::objects_of(answer.json, "modules"));
  std::vector<LoadedModule> modules;
  modules.reserve(list.size());
  for (const Json& json : list) {
    TRY(LoadedModule one, module_from(json));
    modules.push_back(std::move(one));
  }
  return modules;
}

Result<std::vector<LoadedModule>> UserKernel::modules() { return ask_modules(Call("modules")); }

Result<std::optional<LoadedModule>> UserKernel::module(const std::string& name) {
  TRY(auto found, ask_modules(Call("modules", {{"name", name}})));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

// Only modules have a state there: as in Linux.
Result<bool> UserKernel::builtin(const std::string& name) {
  if (name.empty() || name.contains('/')) return false;
  const auto files = list_view("/sys/module/" + name);
  if (!files && files.error().code == ENOENT) return false;
  TRY_OK(files);
  return !files->empty() && std::ranges::find(*files, "initstate") == files->end();
}

Result<std::uint64_t> UserKernel::tainted() {
  TRY(const std::string text, read_view(tainted_path));
  return parse_tainted(text, tainted_path);
}

Result<std::unique_ptr<RequestChannel>> UserKernel::requests() {
  TRY(auto connection, connect(name_));
  TRY_OK(connection->ask(Call("requests")));
  return std::make_unique<UserRequests>(std::move(connection));
}

Result<UserStatus> UserKernel::status() {
  TRY(Answer answer, ask(Call("status")));
  UserStatus status;
  status.name = name_;
  TRY(status.pid, number_of(answer.json, "pid"));
  TRY(status.release, text_of(answer.json, "release"));
  TRY(status.vermagic, text_of(answer.json, "vermagic"));
  TRY(status.uptime, number_of(answer.json, "uptime"));
  TRY(status.modules, number_of(answer.json, "modules"));
  TRY(status.memory, number_of(answer.json, "memory"));
  TRY(status.taints, text_of(answer.json, "taints"));
  TRY(status.faulted, protocol::texts_of(answer.json, "faulted"));
  return status;
}

Result<std::vector<LogRecord>> UserKernel::log(std::uint64_t sequence, bool wait) {
  TRY(Answer answer, ask(Call("log", {{"sequence", sequence}, {"wait", wait}})));
  TRY(auto list, protocol::objects_of(answer.json, "records"));
  std::vector<LogRecord> records;
  for (const Json& json : list) {
    TRY(LogRecord one, record_from(json));
    records.push_back(std::move(one));
  }
  return records;
}

Result<std::vector<std::string>> UserKernel::nodes() {
  TRY(Answer answer, ask(Call("nodes")));
  return protocol::texts_of(answer.json, "nodes");
}

Result<int> UserKernel::open_device(const std::string& path, int flags) {
  TRY(Answer answer, ask(Call("open", {{"path", path}, {"flags", flags}})));
  TRY(std::int64_t file, number_of(answer.json, "file"));
  return static_cast<int>(file);
}

Result<int> UserKernel::use(const std::vector<std::string>& words, int flags, unique_fd image) {
  TRY(Answer answer, ask(Call("use", {{"words", words}, {"flags", flags}}, {}, std::move(image))));
  TRY(std::int64_t file, number_of(answer.json, "file"));
  return static_cast<int>(file);
}

Result<std::string> UserKernel::read_device(int file, std::size_t size) {
  TRY(Answer answer, ask(Call("read", {{"file", file}, {"size", size}})));
  return std::move(answer.blob);
}

Result<std::size_t> UserKernel::write_device(int file, std::string_view bytes) {
  TRY(Answer answer, ask(Call("write", {{"file", file}}, std::string(bytes))));
  TRY(std::int64_t written, number_of(answer.json, "written"));
  return static_cast<std::size_t>(written);
}

Result<std::int64_t> UserKernel::seek_device(int file, std::int64_t offset, int whence) {
  TRY(Answer answer, ask(Call("seek", {{"file", file}, {"offset", offset}, {"whence", whence}})));
  return number_of(answer.json, "position");
}

Result<std::int64_t> UserKernel::ioctl_device(int file, std::uint32_t command,
                                              std::uint64_t argument, std::string& memory) {
  const auto number = static_cast<std::int64_t>(argument);
  TRY(Answer answer,
      ask(Call("ioctl", {{"file", file}, {"command", command}, {"argument", number}}, memory)));
  if (answer.blob.size() != memory.size())
    return fail(EPROTO, fmt::format("file {}", file), "the kernel's answer has another size");
  memory = std::move(answer.blob);
  return number_of(answer.json, "result");
}

Result<int> UserKernel::poll_device(int file, std::chrono::milliseconds patience) {
  TRY(Answer answer, ask(Call("poll", {{"file", file}, {"patience", patience.count()}})));
  TRY(std::int64_t ready, number_of(answer.json, "ready"));
  return static_cast<int>(ready);
}

Result<DeviceMemory> UserKernel::map_device(int file, std::uint64_t offset, std::size_t size,
                                            int protection) {
  TRY(Answer answer,
      ask(Call("map",
               {{"file", file}, {"offset", offset}, {"size", size}, {"protection", protection}})));
  TRY(auto list, protocol::objects_of(answer.json, "pieces"));
  std::vector<DeviceMemory::Piece> pieces;
  for (const Json& json : list) {
    DeviceMemory::Piece piece;
    TRY(piece.size, number_of(json, "size"));
    if (json.contains("offset")) {
      TRY(piece.offset, number_of(json, "offset"));
    }
    pieces.push_back(piece);
  }
  return DeviceMemory::map(answer.fd.get(), pieces, protection);
}

Result<void> UserKernel::close_device(int file) {
  TRY_OK(ask(Call("close", {{"file", file}})));
  return {};
}

Result<std::string> UserKernel::read_view(const std::string& path) {
  TRY(Answer answer, ask(Call("cat", {{"path", path}})));
  return text_from(answer.json, answer.fd, path);
}

Result<void> UserKernel::write_view(const std::string& path, std::string_view text) {
  TRY_OK(ask(Call("write_view", {{"path", path}}, std::string(text))));
  return {};
}

Result<std::uint64_t> UserKernel::create_module(const std::string& name, std::uint64_t size) {
  TRY(Answer answer, ask(Call("create_module", {{"name", name}, {"size", size}})));
  return number_of(answer.json, "address");
}

Result<void> UserKernel::init_module(const std::string& name, ByteView image) {
  unique_fd file(::memfd_create("module", MFD_CLOEXEC));
  if (!file) return fail_errno(errno, name, "cannot make a file for its image");
  TRY_OK(write_all(file.get(), image.text(), name));
  TRY_OK(ask(Call("init_module", {{"name", name}}, {}, std::move(file))));
  return {};
}

Result<classic::Answer> UserKernel::query_module(const std::optional<std::string>& name,
                                                 classic::Query query) {
  Json::object_t members = {{"which", static_cast<int>(query)}};
  if (name) members["name"] = *name;
  return ask_classic(Call("query_module", std::move(members)));
}

Result<classic::Answer> UserKernel::get_kernel_syms() {
  return ask_classic(Call("get_kernel_syms"));
}

Result<classic::Answer> UserKernel::ask_classic(const Call& call) {
  TRY(Answer answer, ask(call));
  TRY(std::int64_t result, number_of(answer.json, "result"));
  TRY(std::string bytes, text_from(answer.json, answer.fd, describe()));
  return classic::Answer{std::move(bytes), static_cast<std::uint64_t>(result)};
}

Result<void> UserKernel::taint(std::uint64_t mask) {
  return write_view(tainted_path, std::to_string(mask));
}

Result<std::vector<std::string>> UserKernel::remove_idle() {
  TRY(Answer answer, ask(Call("remove_idle")));
  return protocol::texts_of(answer.json, "removed");
}

Result<std::vector<std::string>> UserKernel::list_view(const std::string& path) {
  TRY(Answer answer, ask(Call("ls", {{"path", path}})));
  return protocol::texts_of(answer.json, "names");
}

Result<void> UserKernel::supervise(unique_fd listener, const std::vector<Redirect>& redirects) {
  Json list = Json::array();
  for (const Redirect& one : redirects) list.push_back({{"from", one.from}, {"to", one.to}});
  TRY_OK(ask(Call("supervise", {{"redirects", std::move(list)}}, {}, std::move(listener))));
  return {};
}

Result<void> UserKernel::start_mount(unique_fd connection) {
  return send(Call("mount", {}, {}, std::move(connection)));
}

Result<void> UserKernel::mount_ended() {
  TRY_OK(receive());
  return {};
}

Result<void> UserKernel::shut_down() {
  TRY_OK(ask(Call("shutdown")));
  return {};
}

Result<void> UserKernel::stop(std::chrono::milliseconds patience) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return fail_errno(errno, describe(), "cannot be told from others");
  // The connection ends before the process does, which holds the lock of its name until then. In
  // another PID namespace the connection is all that is seen of it.
  unique_fd process(peer.pid > 0 ? ::pidfd_open(peer.pid, 0) : -1);
  TRY_OK(shut_down());
  pollfd end{process ? process.get() : socket_.get(), POLLIN | POLLRDHUP, 0};
  if (::poll(&end, 1, static_cast<int>(patience.count())) == 0) {
    return fail(ETIMEDOUT, describe(), fmt::format("pid {} does not end", peer.pid),
                fmt::format("`kill -9 {}`", peer.pid));
  }
  return {};
}

Result<std::unique_ptr<Kernel>> open_user(std::string_view name) {
  TRY(auto kernel, UserKernel::connect(name));
  return kernel;
}

}  // namespace kmodern::kernel
