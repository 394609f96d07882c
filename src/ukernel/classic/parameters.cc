#include "ukernel/classic/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace kmodern::ukernel::classic {

namespace {

struct Type {
  std::size_t least = 1;  // values
  std::size_t most = 1;
  char kind = 'i';
  std::size_t size = 0;  // bytes of one value
};

constexpr std::size_t most_values = 4096;
constexpr std::size_t longest_text = 1 << 16;

std::size_t take_number(std::string_view& text, std::size_t fallback) {
  std::size_t value = fallback;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc() ? value : fallback;
}

std::optional<Type> parse_type(std::string_view text) {
  Type type;
  type.least = type.most = take_number(text, 1);
  if (text.starts_with('-')) {
    text.remove_prefix(1);
    type.most = take_number(text, 0);
  }
  if (text.empty() || type.most < type.least || type.most > most_values) return std::nullopt;
  type.kind = text.front();
  text.remove_prefix(1);
  static constexpr std::pair<char, std::size_t> sizes[] = {
      {'b', 1}, {'h', 2}, {'i', 4}, {'l', 8}, {'s', 8}};
  const auto* found = std::ranges::find(sizes, type.kind, &std::pair<char, std::size_t>::first);
  if (found != std::end(sizes)) type.size = found->second;
  if (type.kind == 'c') type.size = take_number(text, 0);
  if (type.size == 0 || type.size > longest_text || !text.empty()) return std::nullopt;
  return type;
}

// The pieces between separators that stand outside of quotes.
std::vector<std::string> pieces(std::string_view text, char separator) {
  std::vector<std::string> result(1);
  bool quoted = false;
  for (char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == separator && !quoted)
      result.emplace_back();
    else
      result.back() += c;
  }
  return result;
}

std::string without_quotes(std::string text) {
  std::erase(text, '"');
  return text;
}

// Little endian in `size` bytes; false if it is no number or too large for them.
bool put_number(std::string_view text, std::size_t size, std::string& to) {
  const bool negative = text.starts_with('-');
  const auto magnitude = parse_number(negative ? text.substr(1) : text);
  if (!magnitude) return false;
  const std::uint64_t limit = std::uint64_t{1} << (8 * size - 1);
  const bool fits = negative ? *magnitude <= limit : size == 8 || *magnitude < 2 * limit;
  if (!fits) return false;
  const std::uint64_t value = negative ? -*magnitude : *magnitude;
  for (std::size_t i = 0; i < size; ++i) to.push_back(static_cast<char>(value >> (8 * i)));
  return true;
}

bool put_value(std::string_view value, const Type& type, Assignment& to) {
  switch (type.kind) {
    case 's':
      to.texts.push_back({to.bytes.size(), std::string(value)});
      to.bytes.append(type.size, '\0');
      return true;
    case 'c':
      if (value.size() >= type.size) return false;
      to.bytes += value;
      to.bytes.append(type.size - value.size(), '\0');
      return true;
    default:
      return put_number(value, type.size, to.bytes);
  }
}

}  // namespace

Result<std::vector<Assignment>> assignments(std::string_view parameters,
                                            const module::Modinfo& modinfo,
                                            const std::string& subject) {
  std::vector<Assignment> result;
  for (const std::string& argument : pieces(parameters, ' ')) {
    if (argument.empty()) continue;
    const std::size_t equals = std::min(argument.find('='), argument.size());
    const std::string name = argument.substr(0, equals);
    auto described = modinfo.first("parm_" + name);
    if (!described) {
      return fail(EINVAL, subject, fmt::format("it has no parameter '{}'", name),
                  "MODULE_PARM(variable, \"type\") in its source declares one");
    }
    auto type = parse_type(*described);
    if (!type)
      return fail(EINVAL, subject,
                  fmt::format("its parameter '{}' has the unknown type '{}'", name, *described));
    const auto values = pieces(
        std::string_view(argument).substr(equals).substr(equals < argument.size() ? 1 : 0), ',');
    Assignment one{.variable = name};
    bool good = values.size() >= type->least && values.size() <= type->most;
    for (const std::string& value : values)
      good = good && put_value(without_quotes(value), *type, one);
    if (!good) {
      return fail(
          EINVAL, subject,
          fmt::format("'{}' does not fit its parameter of type '{}'", argument, *described));
    }
    result.push_back(std::move(one));
  }
  return result;
}

}  // namespace kmodern::ukernel::classic
