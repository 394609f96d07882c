// The types that DWARF describes, read by elfutils' libdw.
#pragma once

#include "elf/elf.h"
#include "module/type_source.h"

namespace kmodern::module {

// Before a variable's name: it is a pointer to what the rest of the name exports. So one C file can
// say the types of a whole kernel's exports (kernel_types.h).
inline constexpr std::string_view type_mark = "__kmodern_type_of_";

// Errors: ENODATA for DWARF that cannot be used (compressed, or none); EBADMSG for damaged DWARF.
Result<std::unique_ptr<TypeSource>> read_dwarf(const elf::Object& object);

}  // namespace kmodern::module
