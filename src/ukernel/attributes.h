// A loaded module's parameters as files: /sys/module/NAME/parameters/*.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "ukernel/context.h"

namespace kmodern::ukernel {

// The parameters of a table with permissions other than 0.
std::vector<VisibleParameter> visible_parameters(core::Core& core, const ParameterTable& table);

// Runs the parameter's get or set function; the module stays as long as that takes. Errors: ENODEV
// if the module is going; ENOENT; EACCES by its mode; what the function returned.
Result<std::string> read_parameter(Context& context, Module& module, std::string_view name);
Result<void> write_parameter(Context& context, Module& module, std::string_view name,
                             std::string_view text);

// Waits for reads and writes that are under way; later ones give ENODEV. Before the module's memory
// is freed.
void close_attributes(Module& module);

}  // namespace kmodern::ukernel
