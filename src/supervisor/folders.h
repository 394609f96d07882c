// The view's folders as real ones: a program that opens a folder gets a descriptor of a real folder
// with the same names in it, so that reading it is the running kernel's business.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "ukernel/view/view.h"

namespace kmodern::supervisor {

class Folders {
 public:
  // They are in a file system in memory that is mounted nowhere and goes with its last descriptor;
  // where that is not permitted (it takes CAP_SYS_ADMIN), in a temporary folder.
  static Result<Folders> make();

  // The folder `path` of the view, with the names that it has now.
  Result<unique_fd> open(ukernel::View& view, const std::string& path);

  // What the view calls the folder that the running kernel calls `path`.
  std::string view_path(std::string path) const;
  bool none() const { return names_.empty(); }

 private:
  Folders(unique_fd root, std::optional<TemporaryDirectory> temporary)
      : root_(std::move(root)), temporary_(std::move(temporary)) {}

  unique_fd root_;
  std::optional<TemporaryDirectory> temporary_;
  std::unordered_map<std::string, std::vector<std::string>> names_;  // by folder, sorted
};

}  // namespace kmodern::supervisor
