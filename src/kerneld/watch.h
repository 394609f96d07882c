// Notices that the indexes of a module directory change.
#pragma once

#include <string>

#include "base/file.h"

namespace kmodern::kerneld {

class IndexWatch {
 public:
  explicit IndexWatch(std::string directory);

  // True if a file modules.* of the directory was written, renamed or removed since the last call;
  // one system call, which does not wait. Also true where the directory cannot be watched (it is
  // not there, or inotify is at its limit): then nothing can be relied on.
  bool changed();

 private:
  bool begin();

  std::string directory_;
  unique_fd inotify_;
  bool watching_ = false;
};

}  // namespace kmodern::kerneld
