// Addresses in the kernel's files, which not everyone may see.
#pragma once

#include <string>
#include <string_view>

namespace kmodern::ukernel {

// The text of that file with zeros for addresses, as kallsyms_show_value() has it for who lacks
// CAP_SYSLOG: /proc/modules, /proc/kallsyms, /sys/module/NAME/sections/*. Others are as they are.
std::string without_addresses(std::string_view path, std::string text);

}  // namespace kmodern::ukernel
