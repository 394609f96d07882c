// Who provides each symbol: a module, or the kernel itself.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "database/module_summary.h"

namespace kmodern::database {

using ModuleIndex = std::uint32_t;
inline constexpr ModuleIndex kernel_itself = 0xffffffff;

struct Provider {
  ModuleIndex module = kernel_itself;
  std::optional<std::uint32_t> crc;
};

// Views borrow from the summaries and the kernel's symbols.
class SymbolMap {
 public:
  // `prefix`: a character that this architecture puts before every symbol, or 0.
  SymbolMap() = default;
  explicit SymbolMap(char prefix) : prefix_(prefix) {}

  // Where two modules export one symbol the later one provides it, as with every depmod.
  void add_modules(std::span<const ModuleSummary> modules);
  // The kernel's own symbols; they never hide a module's.
  void add_kernel_symbol(std::string_view name, std::optional<std::uint32_t> crc);

  // nullptr where nobody is known to provide it.
  const Provider* find(std::string_view name) const;

  std::string_view without_prefix(std::string_view name) const;

 private:
  char prefix_ = 0;
  std::unordered_map<std::string_view, Provider> providers_;
};

// What a symbol file says that the kernel exports.
struct KernelSymbol {
  std::string name;
  std::optional<std::uint32_t> crc;
};

// From a Module.symvers (the lines of vmlinux) or a System.map (the names that have a __ksymtab_
// companion). Errors: the file cannot be read; EINVAL with the line.
Result<std::vector<KernelSymbol>> read_symvers(const std::string& path);
Result<std::vector<KernelSymbol>> read_system_map(const std::string& path);

}  // namespace kmodern::database
