#include "database/static_nodes.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/text.h"

namespace kmodern::database {

namespace {

bool stays_below(std::string_view path) {
  const auto parts = split(path, "/");
  if (parts.empty() || path.starts_with('/') || path.ends_with('/') || path.contains("//"))
    return false;
  return std::ranges::none_of(parts, [](auto part) { return part == "." || part == ".."; });
}

// A line's words: the module, the node's path, its type and number ("c10:200", "b7:0").
std::optional<StaticNode> node_of(const std::vector<std::string_view>& words) {
  constexpr std::uint64_t majors = 1 << 12;
  constexpr std::uint64_t minors = 1 << 20;
  if (words.size() != 3 || !stays_below(words[1])) return std::nullopt;
  const std::string_view number = words[2];
  const std::size_t colon = number.find(':');
  const bool block = number.starts_with('b');
  if ((!block && !number.starts_with('c')) || colon == std::string_view::npos) return std::nullopt;
  const auto major = parse_number(number.substr(1, colon - 1));
  const auto minor = parse_number(number.substr(colon + 1));
  if (!major || !minor || *major >= majors || *minor >= minors) return std::nullopt;
  return StaticNode{.module = std::string(words[0]),
                    .path = std::string(words[1]),
                    .block = block,
                    .major = static_cast<unsigned>(*major),
                    .minor = static_cast<unsigned>(*minor)};
}

}  // namespace

StaticNodes read_static_nodes(std::string_view text, const std::string& file) {
  StaticNodes all;
  std::size_t number = 0;
  for (std::string_view line : lines(text)) {
    ++number;
    const auto words = split(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    if (auto node = node_of(words)) {
      all.nodes.push_back(std::move(*node));
    } else {
      all.errors.push_back({.code = EINVAL,
                            .subject = fmt::format("{} line {}", file, number),
                            .reason = "is not of the form MODULE NODE cMAJOR:MINOR",
                            .cure = "run depmod"});
    }
  }
  return all;
}

}  // namespace kmodern::database
