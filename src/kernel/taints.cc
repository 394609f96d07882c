#include "kernel/taints.h"

#include <algorithm>
#include <utility>

namespace kmodern::kernel {

namespace {

constexpr std::pair<char, std::string_view> words[] = {
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

std::string taints_in_words(std::string_view letters) {
  std::string text;
  for (const char letter : letters) {
    const auto* found = std::ranges::find(words, letter, &std::pair<char, std::string_view>::first);
    if (!text.empty()) text += ", ";
    text += letter;
    if (found != std::end(words)) (text += ' ') += found->second;
  }
  return text;
}

}  // namespace kmodern::kernel
