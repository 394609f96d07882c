// depmod.d: which of several modules of one name is the one to use, where else to look for modules,
// and where not. Source: depmod.d(5).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern::config {

struct SearchPlace {
  enum class Kind {
    directory,  // a folder of the module directory
    built_in,   // whatever no other place names
    external,   // the directories of `external`
  };
  Kind kind = Kind::directory;
  std::string directory;  // relative to the module directory, without a slash at its end
};

// "The module of this name is the one in this folder": before any search order.
struct ModuleOverride {
  std::string module;     // normalised
  std::string directory;  // relative to the module directory
};

struct DepmodConfig {
  std::vector<SearchPlace> search;        // highest priority first
  std::vector<ModuleOverride> overrides;  // the last one for a module counts
  std::vector<std::string> external;      // absolute, in the order of the files
  std::vector<std::string> excluded;      // folders' own names
  std::vector<Error> warnings;            // lines that were left out: file and line, and why
};

// Reads the files, for a kernel of this release; without any `search`, `search updates` holds.
// `paths`: as config_files(). Errors: a file that exists and cannot be read.
Result<DepmodConfig> load_depmod_config(std::span<const std::string> paths,
                                        const std::string& release);

// Adds one file's text.
void parse_depmod_config(std::string_view text, const std::string& path, const std::string& release,
                         DepmodConfig& config);

}  // namespace kmodern::config
