// One function for each kind of index: its text, its table, or both. What index_set.cc calls.
#pragma once

#include "database/index_set.h"

namespace kmodern::database {

// Each adds its files to `set` (tables only if wanted), and what is to be said of its entries.
using MakeIndex = Result<void> (*)(const Knowledge& knowledge, bool with_tables, IndexSet& set);

// modules.dep: "path: path path...", each module with all that it needs, to be loaded from the
// right to the left; the table finds that line by the module's name.
Result<void> make_dependencies(const Knowledge& knowledge, bool with_tables, IndexSet& set);
// modules.alias: the patterns of devices and services that a module is for.
Result<void> make_aliases(const Knowledge& knowledge, bool with_tables, IndexSet& set);
// modules.softdep and modules.weakdep: lines of modprobe.d that the modules bring themselves.
Result<void> make_softdeps(const Knowledge& knowledge, bool with_tables, IndexSet& set);
Result<void> make_weakdeps(const Knowledge& knowledge, bool with_tables, IndexSet& set);
// modules.symbols: "symbol:NAME" as an alias, for symbol_request().
Result<void> make_symbols(const Knowledge& knowledge, bool with_tables, IndexSet& set);
// modules.devname: the device nodes whose opening loads a module.
Result<void> make_device_names(const Knowledge& knowledge, bool with_tables, IndexSet& set);
// modules.builtin.bin and modules.builtin.alias.bin: tables of the kernel build's own texts.
Result<void> make_builtin(const Knowledge& knowledge, bool with_tables, IndexSet& set);
Result<void> make_builtin_aliases(const Knowledge& knowledge, bool with_tables, IndexSet& set);

}  // namespace kmodern::database
