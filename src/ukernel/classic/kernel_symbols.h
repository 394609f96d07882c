// What a kernel exports, as a program that links modules for it asks by query_module(2).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "kernel/classic.h"
#include "ukernel/symbol_table.h"

namespace kmodern::ukernel::classic {

class KernelSymbols final : public SymbolSource {
 public:
  // Of the kernel and of every module in it. Errors: the calls'.
  static Result<KernelSymbols> read(kernel::classic::Calls& calls);

  // True if the kernel's symbols have versions in their names.
  bool versioned() const { return versioned_; }
  // From now on names are compared as whole texts; otherwise without their versions.
  void compare_versions() { compare_versions_ = true; }
  // What __this_module is.
  void set_this_module(std::uint64_t address) { this_module_ = address; }

  // EINVAL for a symbol of which there is another version.
  Result<std::optional<Definition>> find(std::string_view name) const override;
  // The address of a module's struct module.
  std::uint64_t address_of(const std::string& module) const { return modules_.at(module); }

 private:
  void add(const kernel::classic::Symbol& symbol, const std::string& owner);

  struct Known {
    std::string text;  // the name with its version
    Definition definition;
  };
  std::map<std::string, Known, std::less<>> symbols_;  // by the name without version
  std::map<std::string, std::uint64_t> modules_;
  std::uint64_t this_module_ = 0;
  bool versioned_ = false;
  bool compare_versions_ = false;
};

}  // namespace kmodern::ukernel::classic
