// The types that BTF describes: the section .BTF of a kernel, of its modules, and the files in
// /sys/kernel/btf. Format: Documentation/bpf/btf.rst.
#pragma once

#include <cstdint>
#include <string>

#include "module/type_source.h"

namespace kmodern::module {

inline constexpr std::uint16_t btf_magic =
    0xeb9f;  // how a file of it begins; include/uapi/linux/btf.h

// `base`: the kernel's BTF, on which that of its modules builds; null for one that stands alone.
// Errors: ENODATA for a module's without its base; EBADMSG with the offset of what is damaged.
Result<std::unique_ptr<TypeSource>> read_btf(std::string bytes, const std::string& path,
                                             const TypeSource* base = nullptr);

}  // namespace kmodern::module
