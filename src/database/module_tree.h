// Finds the module files of a tree and settles which one counts where several have one name.
#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "base/error.h"
#include "config/depmod_config.h"

namespace kmodern::database {

// One file that is to be indexed.
struct ModuleCandidate {
  std::string name;      // the module's, of the file's name
  std::string path;      // absolute
  std::string relative;  // as modules.dep has it: below the module directory, else absolute
};

struct ModuleTree {
  std::vector<ModuleCandidate> modules;  // one per name, sorted by `relative`
  timespec newest = {};                  // the last change of any of them; only if asked for
  std::vector<Error> errors;             // what could not be looked at, and is left out
  std::vector<Error> warnings;           // external directories that are not there
  std::vector<Error> duplicates;         // names found twice: which file counts and which does not
};

// Walks `directory` (absolute, .../lib/modules/RELEASE) and the configuration's external
// directories. Links are followed; folders named build or source, or excluded by the configuration,
// are not entered. Error: the directory itself cannot be read.
Result<ModuleTree> scan_module_tree(const std::string& directory,
                                    const config::DepmodConfig& config, bool with_times);

// The same for files that were named one by one; all absolute, ENOENT or EINVAL where one is no
// module file.
Result<ModuleTree> named_modules(const std::string& directory,
                                 const std::vector<std::string>& files);

// Sorts into the order of modules.order (a text with one path per line; compression suffixes do not
// matter); what it does not name follows, sorted by path.
void sort_by_modules_order(std::vector<ModuleCandidate>& modules, std::string_view modules_order);

// True if the file `challenger` is to be used instead of `holder`, of the same module name:
// an override, then the search order, then the path that sorts first.
bool takes_precedence(const ModuleCandidate& challenger, const ModuleCandidate& holder,
                      const config::DepmodConfig& config);

}  // namespace kmodern::database
