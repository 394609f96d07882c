// What EXPORT_SYMBOL in the files of api/ left in this program's own __ksymtab, with
// the versions that its build gave to them.
#pragma once

#include <vector>

#include "ukernel/core/core.h"

namespace kmodern::core {

std::vector<Export> api_exports();

}  // namespace kmodern::core
