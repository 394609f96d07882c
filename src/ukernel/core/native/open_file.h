// An open device: the C API's file, and the guard around everything that the module does with it.
#pragma once

#include <memory>
#include <string>

#include "ukernel/core/core.h"

namespace kmodern::core {

// See Core::open.
Result<std::unique_ptr<OpenFile>> open_device(const std::string& path, int flags,
                                              const Holder& opener);

}  // namespace kmodern::core
