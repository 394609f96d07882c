// What stat(2) says of a kernel's files.
#pragma once

#include <sys/stat.h>

#include <string>

#include "ukernel/view/view.h"

namespace kmodern::ukernel {

// Times and the device are left empty.
struct stat status_of(const std::string& path, const Node& node);

}  // namespace kmodern::ukernel
