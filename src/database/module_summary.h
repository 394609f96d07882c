// What depmod takes from one module file, and nothing more: no signature, no code, and CRCs only
// where they are to be checked.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern::database {

// Texts that live as long as this does. One per thread.
class TextArena {
 public:
  std::string_view keep(std::string_view text);

 private:
  static constexpr std::size_t chunk_size = 512 << 10;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t room_ = 0;
  char* next_ = nullptr;
};

struct ImportedSymbol {
  std::string_view name;
  bool weak = false;
  std::optional<std::uint32_t> crc;
};

struct ExportedSymbol {
  std::string_view name;
  std::optional<std::uint32_t> crc;
};

// The views live in the arena.
struct ModuleSummary {
  std::vector<ExportedSymbol> exports;
  std::vector<ImportedSymbol> imports;    // in the order of the symbol table
  std::vector<ExportedSymbol> layouts;    // only with CRCs: built against, but not imported
  std::vector<std::string_view> aliases;  // these three in the order of .modinfo
  std::vector<std::string_view> softdeps;
  std::vector<std::string_view> weakdeps;
};

// Reads the file, plain or compressed. Errors: as ModuleFile::open(), and ENOEXEC with the offset
// for whatever in it is damaged.
Result<ModuleSummary> summarize_module(const std::string& path, bool with_crcs, TextArena& arena);

}  // namespace kmodern::database
