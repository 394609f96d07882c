// The files that depmod writes into a module directory, as bytes. Pure: from what was learnt of the
// modules to the contents of each file.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "database/dependency_graph.h"
#include "database/module_summary.h"
#include "database/module_tree.h"
#include "database/symbol_map.h"

namespace kmodern::database {

// All that is known when the indexes are made. modules[i], summaries[i], needs[i] and positions[i]
// belong together; i is also the priority of that module's entries.
struct Knowledge {
  std::vector<ModuleCandidate> modules;
  std::vector<ModuleSummary> summaries;
  std::vector<KernelSymbol> kernel_symbols;
  SymbolMap symbols;
  DependencyGraph needs;
  std::vector<std::uint32_t> positions;  // topological_positions(needs)
  std::string builtin;                   // the contents of modules.builtin
  std::string builtin_modinfo;           // and of modules.builtin.modinfo
};

struct IndexFile {
  std::string name;  // "modules.dep"
  std::string contents;
  bool is_text = true;  // the others are binary tries
};

struct IndexSet {
  std::vector<IndexFile> files;   // the texts in the order in which `depmod -n` shows them
  std::vector<Error> warnings;    // entries that were left out, and why
  std::vector<Error> duplicates;  // entries that occur twice (-w)
};

// Without `with_tables` only the texts, for showing. Errors: EFBIG naming the file for a table
// that its format cannot address.
Result<IndexSet> make_index_set(const Knowledge& knowledge, bool with_tables);

}  // namespace kmodern::database
