// What to say to someone whose module asks for a symbol that no kernel exports.
#pragma once

#include <string>
#include <string_view>

namespace kmodern::module {

// "that is a C library function; in a module use printk" for printf; empty if there is nothing to
// say.
std::string symbol_advice(std::string_view symbol);

// True for what no kernel ever exports: functions of the C library, and floating point.
bool in_no_kernel(std::string_view symbol);

}  // namespace kmodern::module
