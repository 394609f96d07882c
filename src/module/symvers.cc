#include "module/symvers.h"

#include <fmt/core.h>

#include <cerrno>

#include "base/text.h"

namespace kmodern::module {
namespace {

bool is_export_kind(std::string_view text) { return text.starts_with("EXPORT_"); }

// Unlike split(): an empty column counts.
std::vector<std::string_view> columns(std::string_view line) {
  std::vector<std::string_view> result;
  while (true) {
    std::size_t tab = line.find('\t');
    result.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return result;
    line.remove_prefix(tab + 1);
  }
}

}  // namespace

Result<std::vector<SymversEntry>> parse_symvers(std::string_view text, const std::string& path) {
  std::vector<SymversEntry> entries;
  std::size_t number = 0;
  for (std::string_view line : lines(text)) {
    ++number;
    if (line.empty()) continue;
    auto wrong = [&](std::string_view what) {
      return fail(EINVAL, fmt::format("{}:{}", path, number),
                  fmt::format("is no line of a Module.symvers: {}", what),
                  "give the Module.symvers that the build of a kernel or of modules left");
    };
    auto column = columns(line);
    if (column.size() < 4) return wrong("fewer than 4 columns between tabs");
    auto crc = parse_number(column[0]);
    if (!crc || *crc > UINT32_MAX) return wrong("the first column is no CRC");
    if (column[1].empty()) return wrong("a symbol without a name");
    SymversEntry entry{static_cast<std::uint32_t>(*crc), column[1], column[2], false, {}};
    std::string_view kind = column[3];
    if (is_export_kind(kind)) {
      if (column.size() > 4) entry.symbol_namespace = column[4];
    } else if (column.size() > 4 && is_export_kind(column[4])) {
      entry.symbol_namespace = column[2];  // 5.4 to 5.7
      entry.module = column[3];
      kind = column[4];
    } else {
      return wrong("the fourth column is no kind of export (EXPORT_SYMBOL...)");
    }
    entry.gpl_only = kind.starts_with("EXPORT_SYMBOL_GPL");
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace kmodern::module
