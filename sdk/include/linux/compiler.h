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

/*
 * One access, neither torn, repeated nor left out; of a number or a pointer a relaxed atomic one, so
 * that two of them at once are no data race to a sanitizer either. Source: include/asm-generic/rwonce.h.
 */
#define READ_ONCE(x) \
	__builtin_choose_expr(__is_word(x), __atomic_load_n(__word_pointer(x), __ATOMIC_RELAXED), \
			      *(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value) \
	__builtin_choose_expr(__is_word(x), __atomic_store_n(__word_pointer(x), \
				      __builtin_choose_expr(__is_word(x), (value), 0), __ATOMIC_RELAXED), \
			      (void)(*(volatile typeof(x) *)&(x) = (value)))

/* Classes up to 5 are integers and pointers. The other type is for a branch that is not taken, which
 * compilers want to be right all the same. */
#define __is_word(x) (__builtin_classify_type(x) <= 5 && sizeof(x) <= sizeof(long))
#define __word_pointer(x) \
	__builtin_choose_expr(__is_word(x), (volatile typeof(x) *)&(x), (volatile char *)&(x))

#define RELOC_HIDE(ptr, offset) ((typeof(ptr))((unsigned long)(ptr) + (offset)))
#define OPTIMIZER_HIDE_VAR(var) __asm__("" : "=r"(var) : "0"(var))

#define __is_array(a) (!__builtin_types_compatible_p(typeof(a), typeof(&(a)[0])))

#include <asm/barrier.h>

#endif
