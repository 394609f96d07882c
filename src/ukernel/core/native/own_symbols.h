// Names for addresses in this program, for backtraces through the C API.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kmodern::core {

// "kfree+0x10/0x80": from the program's own symbol table. nullopt outside of its functions, or
// where it was stripped.
std::optional<std::string> own_symbol(std::uintptr_t address);

// Of a C++ function as the demangler gives it, the name alone: "std::function::operator" - without
// parameters, template arguments, and nameless namespaces.
std::string short_name(std::string_view demangled);

}  // namespace kmodern::core
