// System.map: one line per symbol of a kernel, "ADDRESS TYPE NAME", as nm writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern::module {

// Views borrow from the text.
struct MapEntry {
  std::uint64_t address = 0;
  char type = '?';
  std::string_view name;
};

// All symbols, in the file's order. Errors: EINVAL with the line number; ENODATA for the one-line
// dummy that Debian installs (its text says where the real one is).
Result<std::vector<MapEntry>> parse_system_map(std::string_view text, const std::string& path);

// The exported ones among them: a name with a companion __ksymtab_NAME. System.map knows neither
// CRCs nor license marks.
std::vector<MapEntry> exported(const std::vector<MapEntry>& map);

}  // namespace kmodern::module
