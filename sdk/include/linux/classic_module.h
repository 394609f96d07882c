/*
 * A module as Linux had them up to 2.4: an object file that the compiler leaves, without a makefile
 * of the kernel's (gcc -DMODULE -D__KERNEL__ -O -c -I.../sdk/include module.c). insmod links it.
 * It is included by linux/module.h; the names are those of include/linux/module.h in Linux 2.4.
 */
#ifndef _LINUX_CLASSIC_MODULE_H
#define _LINUX_CLASSIC_MODULE_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <generated/utsrelease.h>

#ifdef __CLASSIC_MODULE

struct module_symbol {
	unsigned long value;
	const char *name;
};

struct module_ref {
	struct module *dep;
	struct module *ref;
	struct module_ref *next_ref;
};

struct module {
	unsigned long size_of_struct;
	struct module *next;
	const char *name;
	unsigned long size;
	union {
		int usecount;	/* by MOD_INC_USE_COUNT only */
		long pad;
	} uc;
	unsigned long flags;	/* MOD_... */
	unsigned int nsyms;
	unsigned int ndeps;
	struct module_symbol *syms;
	struct module_ref *deps;
	struct module_ref *refs;
	int (*init)(void);
	void (*cleanup)(void);
	const void *ex_table_start;
	const void *ex_table_end;
	const void *persist_start;
	const void *persist_end;
	/* 0 if it may be removed now; where it is set, the count is not asked. */
	int (*can_unload)(void);
	int runsize;
	const char *kallsyms_start;
	const char *kallsyms_end;
	const char *archdata_start;
	const char *archdata_end;
	const char *kernel_data;
};

#define MOD_RUNNING 1
#define MOD_DELETED 2
#define MOD_AUTOCLEAN 4
#define MOD_VISITED 8
#define MOD_USED_ONCE 16
#define MOD_JUST_FREED 32
#define MOD_INITIALIZING 64

/* insmod makes it: the first bytes of the module's memory. */
extern struct module __this_module;

#define mod_member_present(module, member) \
	((unsigned long)(&((struct module *)0L)->member + 1) <= (module)->size_of_struct)

/*
 * While its count is not 0 a module is not removed. Context: any. A user that was there marks the
 * module for the sweep of idle ones (rmmod --all).
 */
#define __MOD_INC_USE_COUNT(module)							\
	(__atomic_fetch_add(&(module)->uc.usecount, 1, __ATOMIC_SEQ_CST),		\
	 (void)__atomic_fetch_or(&(module)->flags, MOD_VISITED | MOD_USED_ONCE, __ATOMIC_SEQ_CST))
#define __MOD_DEC_USE_COUNT(module)							\
	(__atomic_fetch_sub(&(module)->uc.usecount, 1, __ATOMIC_SEQ_CST),		\
	 (void)__atomic_fetch_or(&(module)->flags, MOD_VISITED, __ATOMIC_SEQ_CST))
#define __MOD_IN_USE(module)								\
	(mod_member_present((module), can_unload) && (module)->can_unload ?		\
	 (module)->can_unload() : (module)->uc.usecount != 0)
#define MOD_INC_USE_COUNT __MOD_INC_USE_COUNT(&__this_module)
#define MOD_DEC_USE_COUNT __MOD_DEC_USE_COUNT(&__this_module)
#define MOD_IN_USE __MOD_IN_USE(&__this_module)
#define GET_USE_COUNT(module) ((module)->uc.usecount)

/*
 * MODULE_PARM(variable, "type"): insmod's variable=value,... sets it. The type: how many values
 * ("1-4", default 1), and b h i l (8, 16, 32, 64 bits), s (char *) or cN (char[N]).
 * The pointer tells the compiler that others write there.
 */
#define MODULE_PARM(variable, type)							\
	static const volatile void *__parm_of_##variable __used = &variable;		\
	__MODULE_INFO(parm_##variable, variable, type)

/* Exports nothing; without this and without EXPORT_SYMBOL, insmod exports all that is global. */
#define EXPORT_NO_SYMBOLS __asm__(".section __ksymtab, \"a\"\n.previous")

/* insmod compares it with uname -r. Of several files of one module all but one may leave it out. */
#ifndef __NO_VERSION__
__MODULE_INFO(kernel_version, kernel_version, UTS_RELEASE);
#endif

#endif /* __CLASSIC_MODULE */
#endif
