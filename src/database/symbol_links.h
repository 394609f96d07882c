// Modules linked by the symbols that they take from each other.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "database/dependency_graph.h"
#include "database/module_summary.h"
#include "database/module_tree.h"
#include "database/symbol_map.h"

namespace kmodern::database {

// Each module's providers, in the order in which it first needs them. Symbols that nobody is known
// to provide are the kernel's.
DependencyGraph link_modules(std::span<const ModuleSummary> modules, const SymbolMap& symbols);

// One warning for each symbol that nobody provides (weak ones may lack), or that was built against
// another version than the one provided. -e
std::vector<Error> doubtful_symbols(std::span<const ModuleCandidate> files,
                                    std::span<const ModuleSummary> modules,
                                    const SymbolMap& symbols);

// A line `PATH needs "SYMBOL": PATH` for each link, with the first symbol that makes it. -v
std::string describe_links(std::span<const ModuleCandidate> files,
                           std::span<const ModuleSummary> modules, const SymbolMap& symbols);

}  // namespace kmodern::database
