#include "base/near.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace kmodern {

// Damerau's distance, in three rows.
unsigned distance(std::string_view a, std::string_view b, unsigned limit) {
  const std::size_t gap = a.size() < b.size() ? b.size() - a.size() : a.size() - b.size();
  if (gap > limit) return limit + 1;
  std::vector<unsigned> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0u);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<unsigned>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    if (*std::min_element(row.begin(), row.end()) > limit) return limit + 1;
    std::swap(before, last);
    std::swap(last, row);
  }
  return std::min(last[b.size()], limit + 1);
}

std::vector<std::string> near_words(std::string_view wanted, const std::vector<std::string>& words,
                                    std::size_t limit) {
  const unsigned most = std::max<unsigned>(1, static_cast<unsigned>(wanted.size() / 3));
  std::vector<std::pair<unsigned, std::string>> found;
  for (const std::string& word : words) {
    unsigned away = distance(wanted, word, most);
    if (away <= most && word != wanted) found.emplace_back(away, word);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<std::string> nearest;
  for (const auto& [away, word] : found) {
    if (nearest.size() == limit) break;
    nearest.push_back(word);
  }
  return nearest;
}

}  // namespace kmodern
