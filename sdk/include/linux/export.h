/*
 * EXPORT_SYMBOL(s): other modules may use s. _GPL: only those with a license compatible with the
 * GPL. _NS(s, NS): only those that say MODULE_IMPORT_NS(NS).
 * An entry of __ksymtab is three 32-bit offsets relative to themselves: value, name, namespace;
 * source of the format: include/linux/export.h. The kernel's own exports are made the same way.
 */
#ifndef _LINUX_EXPORT_H
#define _LINUX_EXPORT_H

#include <linux/compiler.h>
#include <linux/stringify.h>

#ifdef MODULE
struct module;
extern struct module __this_module;
#define THIS_MODULE (&__this_module)
#else
#define THIS_MODULE ((struct module *)0)
#endif

#ifdef __CLASSIC_MODULE
/* struct module_symbol of linux/classic_module.h, for insmod. */
#define __EXPORT(symbol, name, section, ns)					\
	extern typeof(symbol) symbol;						\
	__asm__(".pushsection \"__ksymtab_strings\", \"aMS\", %progbits, 1\n"	\
		"__kstrtab_" name ":\n\t.asciz \"" name "\"\n"			\
		".popsection\n"							\
		".pushsection \"" section "\", \"a\", %progbits\n"		\
		"\t.balign 8\n"							\
		"\t.quad " __stringify(symbol) ", __kstrtab_" name "\n"		\
		".popsection\n")
#else
#define __EXPORT_ENTRY(symbol, label, name, section, ns)			\
	__asm__(".pushsection \"__ksymtab_strings\", \"aMS\", %progbits, 1\n"	\
		"__kstrtab_" name ":\n\t.asciz \"" name "\"\n"			\
		"__kstrtabns_" name ":\n\t.asciz \"" ns "\"\n"			\
		".popsection\n"							\
		".pushsection \"" section "\", \"a\", %progbits\n"		\
		"\t.balign 4\n"							\
		"__ksymtab_" name ":\n"						\
		"\t.long " label " - .\n"					\
		"\t.long __kstrtab_" name " - .\n"				\
		"\t.long __kstrtabns_" name " - .\n"				\
		".popsection\n")
/* The declaration is there so that a symbol that is not defined fails to compile. */
#define __EXPORT(symbol, name, section, ns)					\
	extern typeof(symbol) symbol;						\
	__EXPORT_ENTRY(symbol, __stringify(symbol), name, section, ns)
#endif

#define EXPORT_SYMBOL(symbol) __EXPORT(symbol, #symbol, "__ksymtab", "")
#define EXPORT_SYMBOL_GPL(symbol) __EXPORT(symbol, #symbol, "__ksymtab_gpl", "")
#define EXPORT_SYMBOL_NS(symbol, ns) __EXPORT(symbol, #symbol, "__ksymtab", __stringify(ns))
#define EXPORT_SYMBOL_NS_GPL(symbol, ns) __EXPORT(symbol, #symbol, "__ksymtab_gpl", __stringify(ns))

#endif
