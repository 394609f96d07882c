// The versions of what the user-space kernel exports. They are taken from the SDK's headers, by the
// build of the kernel and by each build of a module alike: one C file names the type of every
// export, and its DWARF is what the versions are made of. So a module that was built with other
// headers than its kernel is refused, whichever of the two is older.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "module/type_source.h"

namespace kmodern::module {

// The section of a kernel's program that holds the versions of its exports: an array of struct
// modversion_info.
inline constexpr std::string_view kernel_versions_section = "__kernel_versions";

// The C file: all headers in `include`/linux, then a pointer to the type of each export.
// Errors: those of reading the folder.
Result<std::string> kernel_types_source(const std::string& include,
                                        std::span<const std::string> exports);

// The C file with the section, from that file's object. `exports` as above; what the headers do not
// declare is an error (ENOENT).
Result<std::string> kernel_versions_source(const TypeSource& types,
                                           std::span<const std::string> exports);

// "{ 0x12345678, "kfree" },": an entry of an array of struct modversion_info; empty for a name that
// is too long for it.
std::string version_entry(std::string_view symbol, std::uint32_t crc);

}  // namespace kmodern::module
