#include "kernel/classic.h"

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace kmodern::kernel::classic {

namespace {

void put(std::string& to, std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) to.push_back(static_cast<char>(value >> shift));
}

std::unexpected<Error> too_short() {
  return fail(EPROTO, "query_module", "the kernel's answer is shorter than it says",
              "use client and kernel of the same kmodern");
}

}  // namespace

Answer names_answer(const std::vector<std::string>& names) {
  Answer answer{.result = names.size()};
  for (const std::string& name : names) answer.bytes.append(name).push_back('\0');
  return answer;
}

Answer symbols_answer(const std::vector<Symbol>& symbols) {
  Answer answer{.result = symbols.size()};
  std::uint64_t string = symbols.size() * symbol_size;
  for (const Symbol& symbol : symbols) {
    put(answer.bytes, symbol.value);
    put(answer.bytes, string);
    string += symbol.name.size() + 1;
  }
  for (const Symbol& symbol : symbols) answer.bytes.append(symbol.name).push_back('\0');
  return answer;
}

Answer info_answer(const Info& info) {
  Answer answer;
  put(answer.bytes, info.address);
  put(answer.bytes, info.size);
  put(answer.bytes, info.flags);
  put(answer.bytes, static_cast<std::uint64_t>(info.usecount));
  answer.result = answer.bytes.size();
  return answer;
}

Answer kernel_symbols_answer(const std::vector<Symbol>& symbols) {
  constexpr std::size_t longest = 59;  // the name's field less its NUL
  Answer answer{.result = symbols.size()};
  for (const Symbol& symbol : symbols) {
    put(answer.bytes, symbol.value);
    std::string name = symbol.name.substr(0, longest);
    name.resize(kernel_symbol_size - sizeof(symbol.value), '\0');
    answer.bytes += name;
  }
  return answer;
}

Result<std::vector<std::string>> read_names(const Answer& answer) {
  const ByteView bytes{std::string_view(answer.bytes)};
  std::vector<std::string> names;
  std::uint64_t at = 0;
  while (names.size() < answer.result) {
    auto name = bytes.c_string(at);
    if (!name) return too_short();
    at += name->size() + 1;
    names.emplace_back(*name);
  }
  return names;
}

Result<std::vector<Symbol>> read_symbols(const Answer& answer) {
  const ByteView bytes{std::string_view(answer.bytes)};
  if (answer.result > bytes.size() / symbol_size) return too_short();
  std::vector<Symbol> symbols;
  for (std::uint64_t index = 0; index < answer.result; ++index) {
    auto value = bytes.number<std::uint64_t>(index * symbol_size);
    auto string = bytes.number<std::uint64_t>(index * symbol_size + 8);
    auto name = string ? bytes.c_string(*string) : std::nullopt;
    if (!value || !name) return too_short();
    symbols.push_back({*value, std::string(*name)});
  }
  return symbols;
}

Result<Info> read_info(const Answer& answer) {
  const ByteView bytes{std::string_view(answer.bytes)};
  auto address = bytes.number<std::uint64_t>(0);
  auto size = bytes.number<std::uint64_t>(8);
  auto flags = bytes.number<std::uint64_t>(16);
  auto usecount = bytes.number<std::uint64_t>(24);
  if (!address || !size || !flags || !usecount) return too_short();
  return Info{*address, *size, *flags, static_cast<std::int64_t>(*usecount)};
}

VersionedName split_version(std::string_view name) {
  constexpr std::size_t digits = 8;
  const std::size_t at = name.rfind("_R");
  if (at == 0 || at == std::string_view::npos) return {name, std::nullopt};
  std::string_view version = name.substr(at + 2);
  std::string_view rest = version;
  if (rest.starts_with("smp_")) rest.remove_prefix(4);
  for (std::string_view memory : {"2gig_", "64gig_"}) {
    if (rest.starts_with(memory)) rest.remove_prefix(memory.size());
  }
  const bool is_version =
      rest.size() == digits && rest.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (!is_version) return {name, std::nullopt};
  return {name.substr(0, at), version};
}

std::uint32_t crc_of(std::string_view version) {
  const std::size_t digits = version.rfind('_') + 1;  // 0 without one
  std::uint32_t crc = 0;
  std::from_chars(version.data() + digits, version.data() + version.size(), crc, 16);
  return crc;
}

}  // namespace kmodern::kernel::classic
