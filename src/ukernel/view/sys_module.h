// /sys/module: a folder for each module. Formats: kernel/module/sysfs.c, kernel/module/main.c
// (module_attribute), kernel/params.c.
#pragma once

#include "ukernel/context.h"
#include "ukernel/view/view.h"

namespace kmodern::ukernel {

// Paths are relative to /sys/module: "", "ext4", "ext4/parameters/x".
class SysModule {
 public:
  explicit SysModule(Context& context) : context_(context) {}

  std::optional<Node> find(std::string_view path) const;
  Result<std::string> read(std::string_view path) const;
  Result<void> write(std::string_view path, std::string_view text) const;
  std::vector<std::string> list(std::string_view path) const;

 private:
  Context& context_;
};

}  // namespace kmodern::ukernel
