#include "kerneld/toml.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace kmodern::kerneld {
namespace {

// The line at which toml++ gives up without saying where: of all beginnings of the text by whole
// lines, the shortest that has the same end.
std::size_t impossible_line(std::string_view text) {
  auto gives_up = [](std::string_view beginning) {
    try {
      (void)toml::parse(beginning);
    } catch (const toml::parse_error&) {
      return false;
    } catch (const std::exception&) {
      return true;
    }
    return false;
  };
  const auto all = lines(text);
  const auto found = std::ranges::partition_point(all, [&](std::string_view line) {
    return !gives_up(text.substr(0, static_cast<std::size_t>(line.end() - text.begin())));
  });
  return static_cast<std::size_t>(found - all.begin()) + 1;
}

}  // namespace

Result<toml::table> TomlFile::parse(std::string_view text) const {
  auto refused = [&](std::size_t line, std::string reason) {
    return fail(EINVAL, fmt::format("{} line {}", file, line), std::move(reason), cure);
  };
  try {
    return toml::table(toml::parse(text, file));
  } catch (const toml::parse_error& error) {
    return refused(error.source().begin.line, std::string(error.description()));
  } catch (const std::exception& error) {
    return refused(impossible_line(text), error.what());
  }
}

std::string TomlFile::where(const toml::node& node) const {
  return fmt::format("{} line {}", file, node.source().begin.line);
}

std::unexpected<Error> TomlFile::wrong(const toml::node& node, std::string reason) const {
  return fail(EINVAL, where(node), std::move(reason), cure);
}

Result<std::vector<std::string>> TomlFile::texts(const toml::node& node) const {
  std::vector<std::string> all;
  TRY_OK(each(node, [&](const toml::node& one) -> Result<void> {
    if (one.is_string())
      all.push_back(**one.as_string());
    else if (one.is_integer())  // a user's number
      all.push_back(std::to_string(**one.as_integer()));
    else
      return wrong(one, "a text is needed here");
    if (all.back().empty()) return wrong(one, "the text is empty");
    return {};
  }));
  return all;
}

Result<std::vector<std::string>> TomlFile::patterns(const toml::node& node) const {
  TRY(auto all, texts(node));
  for (std::string& text : all) {
    auto normal = normalize_name(text);
    const bool printable =
        std::ranges::all_of(text, [](unsigned char character) { return character > ' '; });
    if (!normal || !printable) return wrong(node, fmt::format("'{}' is no pattern", text));
    text = std::move(*normal);
  }
  return all;
}

}  // namespace kmodern::kerneld
