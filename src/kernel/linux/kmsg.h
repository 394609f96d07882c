// What the kernel's log says while something is tried: system calls give an errno, the log says
// which symbol, which version, which parameter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace kmodern::kernel {

// The texts of the records in `bytes` (the form of /dev/kmsg: "PRIORITY,SEQUENCE,TIME,FLAGS;TEXT",
// then lines of KEY=VALUE that begin with a blank) that speak of `module`: they begin with "NAME:"
// or contain it after the loader's prefix "module:".
std::vector<std::string> records_about(std::string_view bytes, std::string_view module);

// The log from now on. Where it may not be read, there is nothing in it.
class KernelLog {
 public:
  explicit KernelLog(const std::string& path);
  // What was logged about the module since construction, oldest first; at most 20 texts.
  std::vector<std::string> since(std::string_view module);

 private:
  unique_fd fd_;
};

}  // namespace kmodern::kernel
