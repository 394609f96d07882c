#include "kernel/taints.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include "base/text.h"

namespace kmodern::kernel {

namespace {

// By their bits.
constexpr std::pair<char, std::string_view> taints[] = {
    {'P', "proprietary module"},
    {'F', "module loaded by force"},
    {'S', "processor out of specification"},
    {'R', "module removed by force"},
    {'M', "machine check"},
    {'B', "bad page"},
    {'U', "set by a user"},
    {'D', "died: an oops happened"},
    {'A', "ACPI table overridden"},
    {'W', "warning"},
    {'C', "staging module"},
    {'I', "firmware bug worked around"},
    {'O', "out-of-tree module"},
    {'E', "unsigned module"},
    {'L', "soft lockup"},
    {'K', "live patched"},
    {'X', "auxiliary, the distribution's"},
    {'T', "structures laid out at random"},
    {'N', "test"},
};

}  // namespace

Result<std::uint64_t> parse_tainted(std::string_view text, std::string_view path) {
  const auto mask = parse_number(trim(text));
  if (!mask) return fail(EBADMSG, std::string(path), "is not a number");
  return *mask;
}

std::string taint_letters(std::uint64_t mask) {
  std::string letters;
  for (std::size_t bit = 0; bit < std::size(taints); ++bit) {
    if ((mask >> bit & 1) != 0) letters += taints[bit].first;
  }
  return letters;
}

std::string_view taint_word(char letter) {
  const auto* found = std::ranges::find(taints, letter, &std::pair<char, std::string_view>::first);
  return found != std::end(taints) ? found->second : "";
}

std::string taints_in_words(std::string_view letters) {
  std::string text;
  for (const char letter : letters) {
    if (!text.empty()) text += ", ";
    text += letter;
    if (const std::string_view word = taint_word(letter); !word.empty()) (text += ' ') += word;
  }
  return text;
}

}  // namespace kmodern::kernel
