// The lines of a modprobe.d file. Source: modprobe.d(5).
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "config/config.h"

namespace kmodern::config {
namespace {

constexpr std::string_view separators = " \t";

// A line after its continuations were joined.
struct Line {
  std::string text;
  unsigned number = 0;  // of its first physical line, from 1
};

// Takes the next line off the text. A backslash before the end of a line joins the next one to it;
// before any other character it stands for that character, as for kmod.
Line next_line(std::string_view& text, unsigned& number) {
  Line line{{}, number};
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    char character = text[at];
    if (character == '\n') break;
    if (character == '\\' && at + 1 < text.size()) {
      character = text[++at];
      if (character == '\r' && at + 1 < text.size() && text[at + 1] == '\n') character = text[++at];
      if (character == '\n') {
        ++number;
        continue;
      }
    }
    line.text += character;
  }
  ++number;
  text.remove_prefix(std::min(at + 1, text.size()));
  if (line.text.ends_with('\r')) line.text.pop_back();  // a file from another system
  return line;
}

// The words of one line, taken from the left.
class LineWords {
 public:
  explicit LineWords(std::string_view text) : rest_(text) {}

  // The next word; empty at the end.
  std::string_view next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(separators), rest_.size()));
    std::size_t end = std::min(rest_.find_first_of(separators), rest_.size());
    std::string_view word = rest_.substr(0, end);
    // One separator belongs to the word; what follows is part of the rest.
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return word;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// What is wrong with a line; nullopt: nothing.
using Complaint = std::optional<std::string>;

Complaint bad_name(std::string_view name) {
  return fmt::format("the brackets of '{}' are not in pairs", name);
}

std::string with_spaces(std::string_view text) {
  std::string result(text);
  std::ranges::replace(result, '\t', ' ');
  return result;
}

Complaint parse_alias(LineWords words, Config& config) {
  std::string_view pattern = words.next(), module = words.next();
  if (module.empty()) return "an alias needs a pattern and a module";
  auto normal = normalize_name(pattern);
  if (!normal) return bad_name(pattern);
  auto target = normalize_name(module);
  if (!target) return bad_name(module);
  config.aliases.push_back({*normal, *target});
  return {};
}

Complaint parse_blacklist(LineWords words, Config& config) {
  std::string_view module = words.next();
  if (module.empty()) return "blacklist needs a module";
  auto normal = normalize_name(module);
  if (!normal) return bad_name(module);
  config.blacklist.push_back(*normal);
  return {};
}

Complaint parse_options(LineWords words, Config& config) {
  std::string_view module = words.next();
  if (words.rest().empty()) return "options needs a module and at least one parameter";
  auto normal = normalize_name(module);
  if (!normal) return bad_name(module);
  config.options.push_back({*normal, with_spaces(words.rest())});
  return {};
}

Complaint parse_command(LineWords words, std::vector<Command>& commands) {
  std::string_view module = words.next();
  if (words.rest().empty()) return "a module and a command are needed";
  auto normal = normalize_name(module);
  if (!normal) return bad_name(module);
  commands.push_back({*normal, std::string(words.rest())});
  return {};
}

Complaint parse_softdep(LineWords words, Config& config) {
  std::string_view module = words.next();
  if (words.rest().empty()) return "softdep needs a module and \"pre: NAMES\" or \"post: NAMES\"";
  auto normal = normalize_name(module);
  if (!normal) return bad_name(module);
  Softdep softdep{*normal, {}, {}};
  // Words before the first mark have no meaning; modules' own softdeps have such.
  std::vector<std::string>* names = nullptr;
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    if (word == "pre:")
      names = &softdep.before;
    else if (word == "post:")
      names = &softdep.after;
    else if (names != nullptr)
      names->emplace_back(word);
  }
  if (!softdep.before.empty() || !softdep.after.empty())
    config.softdeps.push_back(std::move(softdep));
  return {};
}

Complaint parse_weakdep(LineWords words, Config& config) {
  std::string_view module = words.next();
  if (words.rest().empty()) return "weakdep needs a module and the names that it may want";
  auto normal = normalize_name(module);
  if (!normal) return bad_name(module);
  Weakdep weakdep{*normal, {}};
  for (std::string_view word = words.next(); !word.empty(); word = words.next())
    weakdep.modules.emplace_back(word);
  config.weakdeps.push_back(std::move(weakdep));
  return {};
}

Complaint parse_line(std::string_view keyword, LineWords words, Config& config) {
  if (keyword == "alias") return parse_alias(words, config);
  if (keyword == "blacklist") return parse_blacklist(words, config);
  if (keyword == "options") return parse_options(words, config);
  if (keyword == "install") return parse_command(words, config.install);
  if (keyword == "remove") return parse_command(words, config.remove);
  if (keyword == "softdep") return parse_softdep(words, config);
  if (keyword == "weakdep") return parse_weakdep(words, config);
  return fmt::format(
      "'{}' is no command: alias, blacklist, install, options, remove, softdep, weakdep are",
      keyword);
}

}  // namespace

void parse_modprobe_conf(std::string_view text, std::string_view file, Config& config) {
  unsigned number = 1;
  while (!text.empty()) {
    Line line = next_line(text, number);
    LineWords words(line.text);
    std::string_view keyword = words.next();
    if (keyword.empty() || keyword.starts_with('#')) continue;
    if (keyword == "include" || keyword == "config") {
      config.notices.push_back(
          {false,
           fail(0, std::string(file),
                fmt::format("command {} is deprecated and not parsed anymore", keyword),
                fmt::format("take line {} out; name the file's directory with -C", line.number))
               .error()});
      continue;
    }
    if (auto complaint = parse_line(keyword, words, config)) {
      config.notices.push_back(
          {false, fail(0, fmt::format("{} line {}", file, line.number),
                       fmt::format("ignoring bad line starting with '{}'", keyword), *complaint)
                      .error()});
    }
  }
}

}  // namespace kmodern::config
