// What a client asks of modules: the system calls of today, and those of Linux 2.1.18 to 2.4.
#include <fmt/core.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "ukernel/session.h"
#include "ukernel/session_answers.h"

namespace kmodern::ukernel {

using kernel::protocol::flag_of;
using kernel::protocol::number_of;
using kernel::protocol::text_of;

namespace {

constexpr std::uint64_t largest_module = 256 << 20;  // bytes of a file

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

}  // namespace

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

}  // namespace kmodern::ukernel
