// From the name, alias or path that modinfo is given to records.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/record.h"
#include "database/database.h"

namespace kmodern::cli {

// True for a regular file that is named NAME.ko, .ko.gz, .ko.xz or .ko.zst.
bool is_module_file(const std::string& argument);

// The file's record; the path is made absolute, links are kept.
Result<Record> record_of_file(const std::string& path, bool signature);

// The records of what a name (or with `aliases`, an alias) leads to; none if nothing is found.
Result<std::vector<Record>> records_of_name(const database::Database& database,
                                            const std::string& name, bool aliases, bool signature);

}  // namespace kmodern::cli
