// What modprobe only shows.
#pragma once

#include <string>

#include "base/error.h"
#include "config/config.h"
#include "database/database.h"

namespace kmodern::cli {

// -c: the configuration as lines of modprobe.d, then the aliases and symbols of the indexes.
Result<std::string> config_text(const config::Config& config, const database::Database& database);

// --show-modversions and --show-exports: lines "0xCRC\tSYMBOL". Errors: ENODATA if there are none.
Result<std::string> modversions_text(const std::string& path);
Result<std::string> exports_text(const std::string& path);

}  // namespace kmodern::cli
