// Files of modules: what the C API knows of them, and, of an open one, the guard around everything
// that the module does with it.
#pragma once

#include <memory>
#include <string>

#include "ukernel/core/core.h"

namespace kmodern::core {

// See Core::find and Core::open.
std::optional<Node> find_file(const std::string& path);
Result<std::unique_ptr<OpenFile>> open_file(const std::string& path, int flags,
                                            const Holder& opener);
// See Core::use.
Result<std::unique_ptr<OpenFile>> open_use(Use use, const Holder& user);

}  // namespace kmodern::core
