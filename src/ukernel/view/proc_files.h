// /proc/modules, /proc/kallsyms and /proc/sys/kernel/*: what they say, and what writing them does.
// Formats: kernel/module/procfs.c, kernel/kallsyms.c, kernel/sysctl.c. /proc/ksyms and
// /proc/classic/modules are /proc/ksyms and /proc/modules of Linux 2.4 (classic/classic.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "kernel/kernel.h"
#include "ukernel/context.h"

namespace kmodern::ukernel {

struct ProcFile {
  std::string_view path;
  unsigned mode;
  Result<std::string> (*read)(Context& context);
  Result<void> (*write)(Context& context, std::string_view text);  // null: it cannot be written
};

// nullptr if there is none of that path.
const ProcFile* find_proc_file(std::string_view path);
std::vector<std::string_view> proc_paths();

// The text of /proc/modules about these modules.
std::string proc_modules_text(const std::vector<kernel::LoadedModule>& modules);

}  // namespace kmodern::ukernel
