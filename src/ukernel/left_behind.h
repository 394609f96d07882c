// What a module leaves behind when it goes: told, and taken away.
#pragma once

#include <string>
#include <vector>

#include "ukernel/context.h"

namespace kmodern::ukernel {

// After the module's exit has returned, or its init failed. Logs what it still owned and where that
// was acquired; `lines`, if not null, gets a line for each. Returns what still runs code
// of it, so that its memory must stay; empty: it may go.
std::string clean_up(Context& context, const Module& module, std::vector<std::string>* lines);

}  // namespace kmodern::ukernel
