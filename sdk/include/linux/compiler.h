#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#include <linux/compiler_types.h>

/*
 * Compiled without the makefiles: see linux/classic_module.h. What others export is not in a table
 * of offsets: insmod relocates each use of it, as position-independent code that a compiler makes
 * by default today has it for hidden symbols.
 */
#if defined(MODULE) && !defined(KBUILD_MODNAME)
#define __CLASSIC_MODULE
#pragma GCC visibility push(hidden)
#endif

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* The compiler may neither move memory accesses over this nor keep values in registers. */
#define barrier() __asm__ __volatile__("" : : : "memory")
#define unreachable() __builtin_unreachable()

/* One access, neither torn, repeated nor left out. */
#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile typeof(x) *)&(x) = (value))

#define RELOC_HIDE(ptr, offset) ((typeof(ptr))((unsigned long)(ptr) + (offset)))
#define OPTIMIZER_HIDE_VAR(var) __asm__("" : "=r"(var) : "0"(var))

#define __is_array(a) (!__builtin_types_compatible_p(typeof(a), typeof(&(a)[0])))

#include <asm/barrier.h>

#endif
