#include "module/system_map.h"

#include <fmt/core.h>

#include <cerrno>
#include <charconv>
#include <unordered_set>

#include "base/text.h"

namespace kmodern::module {

Result<std::vector<MapEntry>> parse_system_map(std::string_view text, const std::string& path) {
  std::vector<MapEntry> entries;
  std::vector<std::string_view> all = lines(text);
  if (all.size() <= 1)
    return fail(ENODATA, path, "is a dummy: the real System.map is in the debug package",
                "nothing is lost: what the kernel exports can be read from its vmlinuz");
  for (std::size_t number = 1; number <= all.size(); ++number) {
    std::string_view line = all[number - 1];
    if (line.empty()) continue;
    MapEntry entry;
    auto [end, code] = std::from_chars(line.data(), line.data() + line.size(), entry.address, 16);
    std::string_view rest = line.substr(static_cast<std::size_t>(end - line.data()));
    if (code != std::errc() || rest.size() < 4 || rest[0] != ' ' || rest[2] != ' ')
      return fail(EINVAL, fmt::format("{}:{}", path, number), "is not ADDRESS TYPE NAME",
                  "give the System.map of the kernel's build");
    entry.type = rest[1];
    entry.name = rest.substr(3);
    entries.push_back(entry);
  }
  return entries;
}

std::vector<MapEntry> exported(const std::vector<MapEntry>& map) {
  constexpr std::string_view mark = "__ksymtab_";
  std::unordered_set<std::string_view> names;
  for (const MapEntry& entry : map)
    if (entry.name.starts_with(mark)) names.insert(entry.name.substr(mark.size()));
  std::vector<MapEntry> result;
  // The first of a name counts; erasing it leaves out its static twins.
  for (const MapEntry& entry : map)
    if (names.erase(entry.name) == 1) result.push_back(entry);
  return result;
}

}  // namespace kmodern::module
