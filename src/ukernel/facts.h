// What a module's file says that /sys/module/NAME shows as long as the module is there.
#pragma once

#include <string>
#include <vector>

#include "module/module.h"
#include "ukernel/link/link.h"

namespace kmodern::ukernel {

struct SectionFact {
  std::string name;
  std::uint64_t address = 0;
};

struct NoteFact {
  std::string name;   // of its section
  std::string bytes;  // raw
};

// What a module's symbol table takes: kernel/module/kallsyms.c (layout_symtab). The table of what
// stays is a part of the core memory, the whole one, behind .init*, goes when init has run.
struct SymbolMemory {
  std::uint64_t core_size = 0;  // bytes, whole pages
  std::uint64_t init_size = 0;  // likewise
};

struct Facts {
  std::string version;                // empty: none
  std::string srcversion;             // empty: none
  std::vector<SectionFact> sections;  // that are in memory and not empty, in the file's order
  std::vector<NoteFact> notes;
  SymbolMemory symbols;
};

// Of a module whose sections have been placed.
Facts facts_of(const link::Source& source, const module::Modinfo& modinfo,
               const link::Image& image);

}  // namespace kmodern::ukernel
