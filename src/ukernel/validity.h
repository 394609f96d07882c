// What the kernel wants of an image before it looks at anything in it: elf_validity_check() in
// kernel/module/main.c.
#pragma once

#include <string>

#include "base/bytes.h"

namespace kmodern::ukernel {

// The line that the kernel logs about the first thing that is wrong; empty: it may be a module. The
// ELF layer checks more, and says it better; this is for the log, in which programs find Linux's
// words.
std::string invalid_elf(ByteView image);

}  // namespace kmodern::ukernel
