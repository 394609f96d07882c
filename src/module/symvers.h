// Module.symvers: the symbols that a kernel and its modules export, one line each, as modpost
// writes it: CRC, name, module, kind of export, namespace, between tabs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern::module {

// Views borrow from the text.
struct SymversEntry {
  std::uint32_t crc = 0;  // 0 also where the kernel was built without modversions
  std::string_view name;
  std::string_view module;  // "vmlinux", or a path without .ko: "drivers/net/tun"
  bool gpl_only = false;
  std::string_view symbol_namespace;  // empty: none
};

// `path` is for messages. Errors: EINVAL with the line number. Files from before namespaces (four
// columns) and those with the namespace in the third column (5.4 to 5.7) are read as well.
Result<std::vector<SymversEntry>> parse_symvers(std::string_view text, const std::string& path);

}  // namespace kmodern::module
