#include "cli/table.h"

#include <fmt/format.h>

namespace kmodern::cli {

std::string module_table(std::span<const kernel::LoadedModule> modules) {
  std::string table = "Module                  Size  Used by\n";
  for (const kernel::LoadedModule& module : modules) {
    std::string count = module.refcnt == -1 ? "-" : std::to_string(module.refcnt);
    table += fmt::format("{:<19} {:>8}  {}", module.name, module.size, count);
    if (!module.holders.empty()) table += fmt::format(" {}", fmt::join(module.holders, ","));
    table += '\n';
  }
  return table;
}

}  // namespace kmodern::cli
