// Words that look like another one: what was probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kmodern {

// Letters to insert, remove, replace or swap with their neighbour to get from a to b; at most
// limit + 1.
unsigned distance(std::string_view a, std::string_view b, unsigned limit);

// Those of `words` that are at most a third of `wanted`'s length away, nearest first.
std::vector<std::string> near_words(std::string_view wanted, const std::vector<std::string>& words,
                                    std::size_t limit = 3);

}  // namespace kmodern
