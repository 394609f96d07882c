// Links one module: from an object file to an image in memory that is ready to be protected and
// run. Each phase takes values and gives values or an error; what was allocated is owned by the
// result, so that a phase that fails leaves nothing behind.
//
//   read -> elf::lay_out -> allocate -> copy -> resolve imports -> relocate
//
// The order, the rules and the log lines are those of kernel/module/main.c. What an image's bytes
// are and which addresses they will have is up to a Memory: the user-space kernel takes pages below
// 2 GiB, `kmodern link` reuses a buffer and only counts addresses.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "elf/elf.h"
#include "elf/layout.h"
#include "elf/relocate.h"
#include "module/module.h"
#include "ukernel/kallsyms.h"
#include "ukernel/symbol_table.h"

namespace kmodern::ukernel::link {

// ---- What is linked

// What linking needs of a module file, read once. Borrows from the ModuleFile.
struct Source {
  const elf::Object* object = nullptr;
  std::string name;     // of the module: log lines begin with it
  std::string license;  // the first license= of modinfo, "unspecified" without one
  elf::SymbolTable symbols;
  std::vector<module::SymbolVersion> versions;  // sorted by name
  bool has_versions = false;                    // the module was built with modversions
  std::vector<std::string> namespaces;          // that it imports (import_ns=)
  std::vector<module::Export> exports;          // that it gives to others
};

// Errors: ENOEXEC for another machine, a missing symbol table ("stripped"), malformed tables.
Result<Source> read(module::ModuleFile& file);

// ---- Memory

// What one part of an area gets.
struct Piece {
  // Of the first byte when the code runs. Has the part's offset modulo the area's alignment.
  std::uint64_t address = 0;
  // Writable now, zero at first. Empty for an image of which only the addresses are wanted.
  std::span<std::byte> bytes;
};
using Pieces = std::array<Piece, elf::protection_count>;

// The parts as the layout has them, side by side from `address` on. `bytes` may be empty.
Pieces side_by_side(const elf::AreaLayout& layout, std::uint64_t address,
                    std::span<std::byte> bytes);

// One area of an image, whose parts need not lie side by side; its end gives the memory back.
class Allocation {
 public:
  explicit Allocation(const Pieces& pieces) : pieces_(pieces) {}
  virtual ~Allocation() = default;
  const Pieces& pieces() const { return pieces_; }
  const Piece& piece(elf::Protection which) const {
    return pieces_[static_cast<std::size_t>(which)];
  }

 protected:
  Allocation() = default;
  Pieces pieces_;
};

class Memory {
 public:
  virtual ~Memory() = default;
  // layout.size is not 0. Errors: ENOMEM.
  virtual Result<std::unique_ptr<Allocation>> allocate(elf::Area area,
                                                       const elf::AreaLayout& layout) = 0;
};

// ---- The image

struct Image {
  std::string name;
  elf::Layout layout;
  std::array<std::unique_ptr<Allocation>, elf::area_count> areas;  // null: the area is empty
  std::vector<elf::SectionMemory> sections;                        // by section index

  const Allocation* area(elf::Area which) const {
    return areas[static_cast<std::size_t>(which)].get();
  }
  // Calls `function` with every piece of memory that the image has now.
  void each_piece(auto&& function) const {
    for (const auto& area : areas) {
      if (area == nullptr) continue;
      for (const Piece& piece : area->pieces())
        if (!piece.bytes.empty()) function(piece);
    }
  }
};

// Allocates the areas of the layout: from here on all addresses are known. Errors: the memory's;
// EINVAL if it gave less than was asked for.
Result<Image> allocate(const Source& source, elf::Layout layout, Memory& memory);

// Copies the sections there; what has no bytes in the file stays zero.
Result<void> copy(const Source& source, Image& image);

// Both.
Result<Image> place(const Source& source, elf::Layout layout, Memory& memory);

// ---- Imports

struct Rules {
  bool gpl_compatible = true;  // the module's license; if not, GPL-only symbols are invisible
  bool check_versions = true;  // compare CRCs where both sides have one
  bool allow_missing_namespace = false;  // CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS
};

struct Resolved {
  std::vector<std::uint64_t> addresses;  // by symbol index: final values of all symbols
  std::vector<std::string> owners;       // modules whose symbols are used, each once, sorted
  std::size_t imports = 0;               // found in the source
  std::size_t versions_checked = 0;      // CRCs compared, all equal
  bool inherits_proprietary = false;     // uses a symbol of a proprietary module
  std::vector<std::string> warnings;     // log lines that stop nothing
};

// Why a module's imports could not be had.
struct Unresolved {
  struct Symbol {
    std::string name;
    int code = 0;                  // ENOENT, EINVAL, EBUSY
    std::string reason;            // one sentence for a person
    bool version_differs = false;  // its CRC is another one
  };
  std::vector<Symbol> symbols;   // in the order of the symbol table; all, not only the first
  std::vector<std::string> log;  // the lines that the kernel logs, in order, with "NAME: "
  Error error;                   // for callers that want one: the code is the last symbol's
};

// The final value of every symbol: imports from `from` by `rules`, the module's own by where its
// sections are.
std::expected<Resolved, Unresolved> resolve(const Source& source, const Image& image,
                                            const SymbolSource& from, const Rules& rules);

// ---- Relocation

// Returns how many relocations were applied; errors as elf::relocate.
Result<std::size_t> relocate(const Source& source, Image& image, const Resolved& resolved);

// ---- What a linked image has to say

// What the module exports, with final addresses; owner is the image's name.
std::vector<NamedDefinition> exports(const Source& source, const Image& image, bool proprietary);

// The symbols that lie in one area, for each of its parts by address: for Kallsyms.
std::array<std::vector<KnownSymbol>, elf::protection_count> known_symbols(const Source& source,
                                                                          const Image& image,
                                                                          elf::Area area);

// The final address of a symbol that the module itself defines ("init_module"); nullopt if it has
// none of that name.
std::optional<std::uint64_t> address_of(const Source& source, const Image& image,
                                        std::string_view wanted);

// The memory of a section (".gnu.linkonce.this_module", "__param"); no bytes if there is none.
elf::SectionMemory section(const Source& source, const Image& image, std::string_view name);

}  // namespace kmodern::ukernel::link
