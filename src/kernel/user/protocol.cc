#include "kernel/user/protocol.h"

#include <fmt/core.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace kmodern::kernel::protocol {

namespace {

constexpr const char* subject = "message";

void put_number(std::string& to, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) to.push_back(static_cast<char>(value >> shift));
}

// The descriptors that came with a message: the first is kept, more than one are closed.
void take_descriptors(msghdr& header, unique_fd& fd) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int received;
      std::memcpy(&received, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
      unique_fd owned(received);
      if (!fd) fd = std::move(owned);
    }
  }
}

// Fills `to` as far as the other side sends; fewer bytes mean that it has closed.
Result<std::size_t> receive_bytes(int socket, char* to, std::size_t size, unique_fd& fd) {
  std::size_t done = 0;
  while (done < size) {
    iovec part{to + done, size - done};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(4 * sizeof(int))> control;
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    ssize_t got = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(errno, subject, "cannot receive");
    take_descriptors(header, fd);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::unexpected<Error> wrong_member(const char* key, std::string_view type) {
  return fail(EPROTO, subject, fmt::format("its member '{}' is no {}", key, type),
              "use client and kernel of the same kmodern");
}

const Json* member(const Json& json, const char* key) {
  auto found = json.find(key);
  return found == json.end() ? nullptr : &*found;
}

}  // namespace

Result<Header> read_header(ByteView bytes, const Limits& limits) {
  auto text = bytes.number<std::uint32_t>(0);
  auto blob = bytes.number<std::uint32_t>(4);
  if (!text || !blob)
    return fail(EPROTO, subject, fmt::format("ends after {} bytes of its header", bytes.size()));
  if (*text > limits.text || *blob > limits.blob) {
    return fail(EMSGSIZE, subject,
                fmt::format("announces {} + {} bytes where at most {} + {} are taken", *text, *blob,
                            limits.text, limits.blob));
  }
  return Header{*text, *blob};
}

Result<Json> read_text(std::string_view text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return fail(EPROTO, subject, "is not a JSON object");
  return json;
}

Result<void> send(int socket, const Message& message) {
  // What modules print need not be UTF-8.
  std::string text = message.json.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > answer_limits.text || message.blob.size() > blob_limit)
    return fail(EMSGSIZE, subject,
                fmt::format("{} + {} bytes are too many", text.size(), message.blob.size()));
  std::string bytes;
  bytes.reserve(header_size + text.size() + message.blob.size());
  put_number(bytes, static_cast<std::uint32_t>(text.size()));
  put_number(bytes, static_cast<std::uint32_t>(message.blob.size()));
  bytes += text;
  bytes += message.blob;

  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  bool with_fd = static_cast<bool>(message.fd);
  std::size_t done = 0;
  while (done < bytes.size()) {
    iovec part{bytes.data() + done, bytes.size() - done};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (with_fd) {
      header.msg_control = control.data();
      header.msg_controllen = control.size();
      cmsghdr* c = CMSG_FIRSTHDR(&header);
      c->cmsg_level = SOL_SOCKET;
      c->cmsg_type = SCM_RIGHTS;
      c->cmsg_len = CMSG_LEN(sizeof(int));
      int fd = message.fd.get();
      std::memcpy(CMSG_DATA(c), &fd, sizeof(int));
    }
    ssize_t put = ::sendmsg(socket, &header, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return fail_errno(errno, subject, "cannot send");
    with_fd = false;  // it went with the first byte
    done += static_cast<std::size_t>(put);
  }
  return {};
}

Result<std::optional<Message>> receive(int socket, const Limits& limits) {
  Message message;
  std::array<char, header_size> head;
  TRY(std::size_t got, receive_bytes(socket, head.data(), head.size(), message.fd));
  if (got == 0) return std::nullopt;
  TRY(Header header, read_header(std::string_view(head.data(), got), limits));

  std::string body(std::size_t{header.text} + header.blob, '\0');
  TRY(got, receive_bytes(socket, body.data(), body.size(), message.fd));
  if (got < body.size()) {
    return fail(ECONNRESET, subject,
                fmt::format("ends after {} of its {} bytes", got, body.size()));
  }
  TRY(message.json, read_text(std::string_view(body).substr(0, header.text)));
  message.blob = body.substr(header.text);
  return message;
}

Result<std::string> text_of(const Json& json, const char* key) {
  const Json* found = member(json, key);
  if (found == nullptr || !found->is_string()) return wrong_member(key, "text");
  return found->get_ref<const std::string&>();
}

Result<std::int64_t> number_of(const Json& json, const char* key) {
  const Json* found = member(json, key);
  if (found == nullptr || !found->is_number_integer()) return wrong_member(key, "number");
  return found->get<std::int64_t>();
}

Result<bool> flag_of(const Json& json, const char* key) {
  const Json* found = member(json, key);
  if (found == nullptr || !found->is_boolean()) return wrong_member(key, "truth value");
  return found->get<bool>();
}

Result<std::vector<std::string>> texts_of(const Json& json, const char* key) {
  const Json* found = member(json, key);
  if (found == nullptr || !found->is_array()) return wrong_member(key, "list");
  std::vector<std::string> texts;
  for (const Json& item : *found) {
    if (!item.is_string()) return wrong_member(key, "list of texts");
    texts.push_back(item.get_ref<const std::string&>());
  }
  return texts;
}

Result<std::span<const Json>> objects_of(const Json& json, const char* key) {
  const Json* found = member(json, key);
  if (found == nullptr || !found->is_array()) return wrong_member(key, "list");
  for (const Json& item : *found) {
    if (!item.is_object()) return wrong_member(key, "list of objects");
  }
  return found->get_ref<const Json::array_t&>();
}

Json to_json(const Error& error) {
  return {{"code", error.code},
          {"subject", error.subject},
          {"reason", error.reason},
          {"cure", error.cure}};
}

Error error_from(const Json& json) {
  Error error;
  if (json.is_object()) {
    error.code = static_cast<int>(number_of(json, "code").value_or(EPROTO));
    error.subject = text_of(json, "subject").value_or("");
    error.reason = text_of(json, "reason").value_or("no reason given");
    error.cure = text_of(json, "cure").value_or("");
  }
  if (error.code <= 0 || error.code > 4095) error.code = EPROTO;
  return error;
}

}  // namespace kmodern::kernel::protocol
