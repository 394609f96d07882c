// depmod -A: whether the indexes that are there still tell the truth.
#pragma once

#include "database/depmod.h"
#include "database/module_tree.h"

namespace kmodern::database {

// True if every index is there, modules.dep lists exactly the files of the tree, and neither a
// module (its contents or its place) nor the kernel build's lists nor depmod.d changed after it was
// written. `tree` was scanned with times.
bool indexes_are_fresh(const DepmodOptions& options, const ModuleTree& tree);

}  // namespace kmodern::database
