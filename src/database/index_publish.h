// Puts a set of files into a directory: all of them or none.
#pragma once

#include <span>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "database/index_set.h"

namespace kmodern::database {

// Makes others who call this for the same directory wait until the descriptor is closed. Nothing is
// left behind in the directory. Where the filesystem has no locks, there is none.
Result<unique_fd> lock_directory(const std::string& directory);

// Writes every file beside its final name, brings all of them to the disk, and only then renames
// them, `last` as the last. On an error the files that were there before stay as they were, and
// nothing new remains. SIGHUP, SIGINT and SIGTERM wait meanwhile; one that comes before the first
// rename undoes everything (EINTR) and is delivered when this returns.
Result<void> publish_files(const std::string& directory, std::span<const IndexFile> files,
                           std::string_view last);

}  // namespace kmodern::database
