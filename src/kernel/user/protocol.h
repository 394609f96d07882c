// What a user-space kernel and its clients say to each other over a stream socket: messages of a
// header {u32 length of the text, u32 length of the blob}, little endian, then a JSON object, then
// the blob; at most one file descriptor goes along (SCM_RIGHTS). A request names its "call"; its
// answer holds "error" or the call's results. All of it is hostile until it was read here.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"

namespace kmodern::kernel::protocol {

using Json = nlohmann::json;

// Client and server refuse each other with EPROTO where these differ. It grows whenever a call gets
// a member that it must have, or loses one; "shutdown" stays what it is, so that any client can
// stop any kernel.
inline constexpr int version = 4;

// Bytes that a receiver is ready to take. Requests are small, answers may list all modules.
struct Limits {
  std::uint32_t text = 0;
  std::uint32_t blob = 0;
};
inline constexpr std::uint32_t blob_limit = 1 << 20;
inline constexpr Limits request_limits{64 << 10, blob_limit};
inline constexpr Limits answer_limits{16 << 20, blob_limit};

struct Message {
  Json json = Json::object();
  std::string blob;
  unique_fd fd;
};

inline constexpr std::size_t header_size = 8;
struct Header {
  std::uint32_t text = 0;
  std::uint32_t blob = 0;
};

// EMSGSIZE for lengths beyond the limits, EPROTO for fewer bytes than a header.
Result<Header> read_header(ByteView bytes, const Limits& limits);

// EPROTO for what is not a JSON object.
Result<Json> read_text(std::string_view text);

// Errors: EPIPE, ECONNRESET... of the socket; EMSGSIZE for a blob that no receiver takes.
Result<void> send(int socket, const Message& message);

// The next message; nullopt if the other side has closed at a message's end. Errors: those of
// read_header and read_text; ECONNRESET for an end inside of a message.
Result<std::optional<Message>> receive(int socket, const Limits& limits);

// Members of a message, with a type that was checked: EPROTO if they are absent or of another one.
Result<std::string> text_of(const Json& json, const char* key);
Result<std::int64_t> number_of(const Json& json, const char* key);
Result<bool> flag_of(const Json& json, const char* key);
Result<std::vector<std::string>> texts_of(const Json& json, const char* key);
// An array of objects, which is `json`'s.
Result<std::span<const Json>> objects_of(const Json& json, const char* key);

// An Error on its way over the wire. Reading never fails: what is missing is left empty, and a code
// that is none becomes EPROTO.
Json to_json(const Error& error);
Error error_from(const Json& json);

}  // namespace kmodern::kernel::protocol
