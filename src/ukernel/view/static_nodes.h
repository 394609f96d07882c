// Device nodes that are there before their module is: those of modules.devname, which a real system
// makes at boot, so that opening one loads the module.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "ukernel/view/view.h"

namespace kmodern::ukernel {

// Any thread may call.
class StaticNodes {
 public:
  // `file` is read when it is first needed, and again when it is another.
  explicit StaticNodes(std::string file) : file_(std::move(file)) {}

  // A node, or a folder on the way to one.
  std::optional<Node> find(std::string_view path);
  // The names in such a folder.
  std::vector<std::string> list(std::string_view folder);

 private:
  void refresh();

  const std::string file_;
  std::mutex mutex_;
  std::string seen_;  // which file was read
  std::map<std::string, Node, std::less<>> nodes_;
};

}  // namespace kmodern::ukernel
