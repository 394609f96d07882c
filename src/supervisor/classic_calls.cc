#include "supervisor/classic_calls.h"

#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <expected>
#include <span>
#include <string>

namespace kmodern::supervisor {

namespace {

namespace classic = kernel::classic;

template <typename T>
long code_of(const Result<T>& result) {
  return result ? 0 : -static_cast<long>(result.error().code);
}

bool put_word(const Notification& call, std::uint64_t address, std::uint64_t value) {
  return call.write(address, std::as_bytes(std::span(&value, 1)));
}

// A name, or the error: what can be read at all, and has no end, is too long.
std::expected<std::string, long> name_at(const Notification& call, std::uint64_t address) {
  if (auto name = call.string(address)) return *name;
  std::byte first{};
  return std::unexpected(call.read(address, std::span(&first, 1)) ? -ENAMETOOLONG : -EFAULT);
}

long create_module(const Notification& call, classic::Calls& calls) {
  auto name = name_at(call, call.argument(0));
  if (!name) return name.error();
  auto address = calls.create_module(*name, call.argument(1));
  return address ? static_cast<long>(*address) : code_of(address);
}

// nullopt: it is today's call.
std::optional<long> init_module(const Notification& call, classic::Calls& calls, bool capable) {
  auto name = call.string(call.argument(0));
  if (!name || name->starts_with("\177ELF")) return std::nullopt;
  auto answer = calls.query_module(name, classic::Query::info);
  if (!answer) return std::nullopt;
  auto info = classic::read_info(*answer);
  if (!info || info->flags != 0) return std::nullopt;
  if (!capable) return -EPERM;

  // As much as its header says, and no more than was created.
  std::uint64_t size = 0;
  if (!call.read(call.argument(1) + classic::at::size, std::as_writable_bytes(std::span(&size, 1))))
    return -EFAULT;
  std::string image(std::clamp(size, classic::smallest_header, info->size), '\0');
  if (!call.read(call.argument(1), std::as_writable_bytes(std::span(image)))) return -EFAULT;
  return code_of(calls.init_module(*name, ByteView(image)));
}

long query_module(const Notification& call, classic::Calls& calls) {
  std::optional<std::string> name;
  if (call.argument(0) != 0) {
    auto given = name_at(call, call.argument(0));
    if (!given) return given.error();
    name = std::move(*given);
  }
  const auto which = static_cast<classic::Query>(static_cast<int>(call.argument(1)));
  auto answer = calls.query_module(name, which);
  if (!answer) return code_of(answer);
  if (which == classic::Query::probe) return 0;
  const bool fits = answer->bytes.size() <= call.argument(3);
  if (fits && !call.write(call.argument(2), std::as_bytes(std::span(answer->bytes))))
    return -EFAULT;
  if (!put_word(call, call.argument(4), fits ? answer->result : answer->bytes.size()))
    return -EFAULT;
  return fits ? 0 : -ENOSPC;
}

long get_kernel_syms(const Notification& call, classic::Calls& calls) {
  auto answer = calls.get_kernel_syms();
  if (!answer) return code_of(answer);
  const bool wanted = call.argument(0) != 0;
  if (wanted && !call.write(call.argument(0), std::as_bytes(std::span(answer->bytes))))
    return -EFAULT;
  return static_cast<long>(answer->result);
}

}  // namespace

std::optional<long> classic_result(const Notification& call, const Caller& caller, Served& served) {
  classic::Calls* calls = served.classic();
  if (calls == nullptr) return std::nullopt;
  switch (call.number()) {
    case SYS_init_module:
      return init_module(call, *calls, served.capable(caller));
    case SYS_delete_module:
      if (call.argument(0) != 0) return std::nullopt;
      return served.capable(caller) ? code_of(calls->remove_idle()) : -EPERM;
#ifdef SYS_create_module
    case SYS_create_module:
      return served.capable(caller) ? create_module(call, *calls) : -EPERM;
    case SYS_query_module:
      return query_module(call, *calls);
    case SYS_get_kernel_syms:
      return get_kernel_syms(call, *calls);
#endif
    default:
      return std::nullopt;
  }
}

}  // namespace kmodern::supervisor
