// Notices that configuration changes.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"

namespace kmodern::daemon {

// Files of a directory whose names end so; the directory need not be there.
struct Watched {
  std::string directory;
  std::string ending;  // ".conf", or a whole name
};

class ConfigWatch {
 public:
  static Result<ConfigWatch> create(std::vector<Watched> what);

  int descriptor() const { return inotify_.get(); }

  // Readable: true if one of them was written, renamed or removed since the last call. Directories
  // that have come meanwhile are watched from now on.
  bool changed();
  // The same for one that came where nothing was watched.
  void look_again();

 private:
  explicit ConfigWatch(std::vector<Watched> what, unique_fd inotify)
      : what_(std::move(what)), inotify_(std::move(inotify)) {}
  bool concerns(int watch, std::string_view name) const;

  std::vector<Watched> what_;
  std::vector<int> watches_;  // of inotify, for each of those; -1: there is none
  unique_fd inotify_;
};

}  // namespace kmodern::daemon
