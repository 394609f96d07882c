// What a linked kernel exports to modules: the __ksymtab of an executable that is not position
// independent, such as this project's own user-space kernel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace kmodern::module {

struct ProgramExport {
  std::string name;
  std::uint64_t address = 0;
  std::optional<std::uint32_t> crc;
  bool gpl_only = false;
  std::string symbol_namespace;  // empty: none
};

// Errors: ENOEXEC with the offset of what is wrong; those of the file. A program without a table
// exports nothing.
Result<std::vector<ProgramExport>> program_exports(const std::string& path);

}  // namespace kmodern::module
