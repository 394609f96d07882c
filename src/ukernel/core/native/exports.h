// What EXPORT_SYMBOL in the files of api/ left in this program's own __ksymtab.
#pragma once

#include <vector>

#include "ukernel/core/core.h"

namespace kmodern::core {

std::vector<Export> api_exports();

}  // namespace kmodern::core
