// Forcing a load on a kernel that has no finit_module(2), and so no flags: the marks that it would
// compare are taken out of the image.
#pragma once

#include <span>

#include "base/error.h"
#include "kernel/kernel.h"

namespace kmodern::kernel {

// Takes vermagic= out of .modinfo and hides the tables of symbol versions (the kernel passes over
// sections without SHF_ALLOC). A signature would no longer fit: the result is the size of the image
// without it. Errors: ENOEXEC with the offset of what is wrong. `path` is for messages.
Result<std::size_t> strip_marks(std::span<std::byte> image, const LoadOptions& options,
                                const std::string& path);

}  // namespace kmodern::kernel
