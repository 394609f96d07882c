#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/compiler.h>
#include <linux/types.h>

/*
 * __init code and __initdata are freed when the module's init has returned: nothing may refer to
 * them afterwards. __exit code is what runs on removal.
 */
#define __init __section(".init.text") __cold
#define __initdata __section(".init.data")
#define __initconst __section(".init.rodata")
#define __exit __section(".exit.text") __used __cold
#define __exitdata __section(".exit.data")
#define __exitconst __section(".exit.rodata")
#define __ref
#define __refdata

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

/*
 * module_init(f): f runs when the module is loaded, in a thread that may sleep. 0 is success; a
 * negative errno undoes the load and is what insmod reports.
 * module_exit(f): f runs when it is removed; without one a module with an init stays for good.
 * Source: include/linux/module.h; functions called init_module and cleanup_module do the same.
 */
#define module_init(function)						\
	static inline initcall_t __maybe_unused __init_test(void)	\
	{								\
		return function;					\
	}								\
	int init_module(void) __copy(function) __attribute__((__alias__(#function)));

#define module_exit(function)						\
	static inline exitcall_t __maybe_unused __exit_test(void)	\
	{								\
		return function;					\
	}								\
	void cleanup_module(void) __copy(function) __attribute__((__alias__(#function)));

/* In a module, the kernel's own stages of start are all the same. */
#define early_initcall(f) module_init(f)
#define core_initcall(f) module_init(f)
#define postcore_initcall(f) module_init(f)
#define arch_initcall(f) module_init(f)
#define subsys_initcall(f) module_init(f)
#define fs_initcall(f) module_init(f)
#define device_initcall(f) module_init(f)
#define late_initcall(f) module_init(f)

#endif
