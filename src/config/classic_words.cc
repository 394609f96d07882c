#include "config/classic_words.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <compare>
#include <optional>
#include <span>

#include "base/text.h"

namespace kmodern::config {
namespace {

constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

// Reads one text from the left.
class Lexer {
 public:
  Lexer(std::string_view text, const Variables& variables) : rest_(text), variables_(variables) {}

  Result<std::vector<std::string>> words() {
    while (!rest_.empty()) TRY_OK(take_one());
    end_word();
    if (quote_ != 0)
      return fail(EINVAL, "", fmt::format("a quote ({}) has no end", quote_), "close it");
    return std::move(words_);
  }

 private:
  Result<void> take_one() {
    const char character = rest_.front();
    rest_.remove_prefix(1);
    if (quote_ == '\'') {
      character == '\'' ? void(quote_ = 0) : add(character);
      return {};
    }
    if (character == '`') return refused("a command in backquotes");
    if (character == '$') return take_variable();
    if (character == '\\' && !rest_.empty()) {
      add(rest_.front());
      rest_.remove_prefix(1);
    } else if (character == quote_) {
      quote_ = 0;
    } else if (quote_ == 0 && (character == '"' || character == '\'')) {
      quote_ = character;
      in_word_ = true;  // "" is a word
    } else if (quote_ == 0 && blanks.find(character) != std::string_view::npos) {
      end_word();
    } else {
      add(character);
    }
    return {};
  }

  Result<void> take_variable() {
    if (rest_.starts_with('(')) return refused("a command in $(...)");
    const bool braces = rest_.starts_with('{');
    if (braces) rest_.remove_prefix(1);
    const std::size_t end = std::min(rest_.find_first_not_of(name_characters), rest_.size());
    const std::string_view name = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (braces && !rest_.starts_with('}')) return refused("a ${...} that is more than a name");
    if (braces) rest_.remove_prefix(1);
    const auto found = variables_.find(name);
    if (found == variables_.end())
      return refused(fmt::format("${}, which no define line above it gives", name));
    word_ += found->second;
    in_word_ = true;
    return {};
  }

  static std::unexpected<Error> refused(std::string_view what) {
    return fail(EPERM, "", fmt::format("{} is not expanded: no shell has a part in reading", what),
                "write its value out");
  }

  void add(char character) {
    word_ += character;
    in_word_ = true;
  }

  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  std::string_view rest_;
  const Variables& variables_;
  std::vector<std::string> words_;
  std::string word_;
  bool in_word_ = false;
  char quote_ = 0;
};

std::optional<bool> compare(std::string_view operation, std::strong_ordering order) {
  if (operation == "==") return order == 0;
  if (operation == "!=") return order != 0;
  if (operation == "<") return order < 0;
  if (operation == "<=") return order <= 0;
  if (operation == ">=") return order >= 0;
  if (operation == ">") return order > 0;
  return std::nullopt;
}

Result<bool> truth(std::span<const std::string> words, const Surroundings& surroundings) {
  bool wanted = true;
  while (!words.empty() && words.front() == "!") {
    wanted = !wanted;
    words = words.subspan(1);
  }
  std::optional<bool> value;
  if (words.size() == 1 && words[0] == "-k") {
    value = surroundings.autoclean;
  } else if (words.size() == 1) {
    value = !words[0].empty() && words[0] != "0" && words[0] != "false";
  } else if (words.size() == 2 && words[0] == "-f") {
    value = surroundings.exists && surroundings.exists(words[1]);
  } else if (words.size() == 3) {
    value = compare(words[1], words[0] <=> words[2]);
  } else if (words.size() == 4 && words[0] == "-n") {
    const auto left = parse_number(words[1]);
    const auto right = parse_number(words[3]);
    if (!left || !right)
      return fail(EINVAL, "", "-n compares whole numbers", "compare texts without -n");
    value = compare(words[2], *left <=> *right);
  }
  if (!value) return fail(EINVAL, "", "this is no condition", "see kmodern-config(1)");
  return *value == wanted;
}

}  // namespace

std::string_view without_comment(std::string_view line) {
  char quote = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char character = line[at];
    if (quote != '\'' && character == '\\') {
      ++at;
    } else if (quote != 0) {
      if (character == quote) quote = 0;
    } else if (character == '"' || character == '\'') {
      quote = character;
    } else if (character == '#') {
      return line.substr(0, at);
    }
  }
  return line;
}

Result<std::vector<std::string>> classic_words(std::string_view text, const Variables& variables) {
  return Lexer(text, variables).words();
}

Result<bool> classic_condition(std::string_view text, const Variables& variables,
                               const Surroundings& surroundings) {
  TRY(auto words, classic_words(text, variables));
  return truth(words, surroundings);
}

}  // namespace kmodern::config
