// The files of a kernel: those in which it shows its modules (/proc/modules, /proc/kallsyms,
// /proc/sys/kernel/*, /sys/module/**), and those that modules have made (/dev, /proc, /sys). One
// source; `kmodern run`, `kmodern cat` and the FUSE mount serve it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "ukernel/core/core.h"

namespace kmodern::ukernel {

using core::Node;

// Paths are absolute and normalised: no "." or "..", no double or final slash.
class View {
 public:
  virtual ~View() = default;

  // True for a path that this view answers for alone, whether or not something is there
  // ("/sys/module/nosuch"); false for folders in which the machine has its own files too
  // (Node::shared). Called for every path that a supervised program names: cheap.
  virtual bool covers(std::string_view path) const = 0;

  // nullopt: there is nothing of that name. Links are not followed.
  virtual std::optional<Node> find(std::string_view path) = 0;

  // A file's text as it is now. Errors: those of read(2) there (EACCES, EIO); ENXIO for a file that
  // is to be opened (Node::opened).
  virtual Result<std::string> read(std::string_view path) = 0;

  // One write(2) to a file that is not to be opened. Errors: EACCES, EPERM, EINVAL as the kernel's
  // handler gives them.
  virtual Result<void> write(std::string_view path, std::string_view text) = 0;

  // The names in a folder.
  virtual std::vector<std::string> list(std::string_view path) = 0;
};

}  // namespace kmodern::ukernel
