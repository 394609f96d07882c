// Flags of finit_module(2) beside those of linux/module.h.
#pragma once

namespace kmodern::kernel {

// The module is loaded on demand: LoadOptions::on_demand, for whom has no other way to a user-space
// kernel than its system calls. Linux refuses it (EINVAL). The bit is that of AUTOCLEAN in Linux
// 2.0's init_module().
inline constexpr int finit_on_demand = 0x40000000;

}  // namespace kmodern::kernel
