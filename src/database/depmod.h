// depmod: from a directory of modules to the indexes by which they are found.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace kmodern::database {

struct DepmodOptions {
  std::string directory;         // absolute, .../lib/modules/RELEASE: what is read
  std::string output_directory;  // where the indexes go; made if it is not there
  std::string release;           // what depmod.d's patterns are matched with

  std::vector<std::string> files;         // only these modules (absolute paths); empty: all
  std::vector<std::string> config_paths;  // instead of the depmod.d directories
  std::string symvers;                    // Module.symvers; before system_map
  std::string system_map;

  bool only_if_changed = false;         // -A
  bool show = false;                    // -n: write nothing
  bool report_unknown_symbols = false;  // -e: of modules that need what nobody provides
  bool report_dependencies = false;     // -v; not where the texts are shown
  char symbol_prefix = 0;               // 0: none
};

struct DepmodReport {
  bool changed = true;  // false: -A found the indexes up to date
  std::string shown;    // -n: the texts; -v: "PATH needs "SYMBOL": PATH" lines
  std::size_t modules = 0;

  // In each Error, a code of 0 and no subject: the reason is the whole text.
  std::vector<Error> errors;  // something is left out of the indexes, or cannot be loaded
  std::vector<Error> warnings;
  std::vector<Error> duplicates;  // for -w
};

// Errors: nothing was written: the directory cannot be read, a symbol file or a configuration
// cannot be read, a library for compressed modules is missing (ENOPKG), the disk is full...
Result<DepmodReport> depmod(const DepmodOptions& options);

}  // namespace kmodern::database
