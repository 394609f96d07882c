#include "database/index_set.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/parallel.h"
#include "database/index_contents.h"

namespace kmodern::database {

namespace {

// In the order in which `depmod -n` shows them.
constexpr std::array<MakeIndex, 8> shown = {
    make_dependencies, make_aliases,      make_softdeps, make_weakdeps,
    make_symbols,      make_device_names, make_builtin,  make_builtin_aliases};

// The most work first, so that two processors end at about the same time: positions in `shown`.
constexpr std::array<std::size_t, shown.size()> by_work = {1, 4, 0, 7, 6, 5, 2, 3};

template <typename T>
void append(std::vector<T>& to, std::vector<T>& from) {
  std::ranges::move(from, std::back_inserter(to));
}

}  // namespace

Result<IndexSet> make_index_set(const Knowledge& knowledge, bool with_tables) {
  std::array<IndexSet, shown.size()> parts;
  std::array<Result<void>, shown.size()> results;
  parallel_for(shown.size(), [&](std::size_t piece, unsigned) {
    const std::size_t index = by_work[piece];
    results[index] = shown[index](knowledge, with_tables, parts[index]);
  });
  IndexSet set;
  for (std::size_t index = 0; index < shown.size(); ++index) {
    if (!results[index]) return std::unexpected(std::move(results[index]).error());
    append(set.files, parts[index].files);
    append(set.warnings, parts[index].warnings);
    append(set.duplicates, parts[index].duplicates);
  }
  return set;
}

}  // namespace kmodern::database
