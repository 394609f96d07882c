#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/types.h>

#define MODULE_NAME_LEN 56

#ifdef __CLASSIC_MODULE
#include <linux/classic_module.h>
#else
/*
 * What the build puts into .gnu.linkonce.this_module; the kernel reads name, init and exit of it.
 * Everything else that it knows of a module it keeps to itself.
 */
struct module {
	char name[MODULE_NAME_LEN];
	const char *version;
	int (*init)(void);
	void (*exit)(void);
	void *reserved[8];
};

/* Of modules from before 2.5. */
#define MOD_INC_USE_COUNT __module_get(THIS_MODULE)
#define MOD_DEC_USE_COUNT module_put(THIS_MODULE)
#define MOD_IN_USE (module_refcount(THIS_MODULE) > 0)
#define EXPORT_NO_SYMBOLS
#endif

/* An entry of __versions: the version of a symbol that the module was built against. */
struct modversion_info {
	unsigned long crc;
	char name[64 - sizeof(unsigned long)];
};

/*
 * Never called: its version is that of what the kernel and the build of a module agree on besides
 * the symbols that are used. Source: kernel/module/version.c.
 */
void module_layout(struct module *module, struct modversion_info *version,
		   struct kernel_param *parameter);

#define MODULE_INFO(tag, info) __MODULE_INFO(tag, tag, info)
/* "GPL", "GPL v2", "Dual MIT/GPL"...: others may not use symbols that are exported for GPL only. */
#define MODULE_LICENSE(text) MODULE_INFO(license, text)
#define MODULE_AUTHOR(text) MODULE_INFO(author, text)
#define MODULE_DESCRIPTION(text) MODULE_INFO(description, text)
#define MODULE_VERSION(text) MODULE_INFO(version, text)
#define MODULE_ALIAS(text) MODULE_INFO(alias, text)
#define MODULE_SOFTDEP(text) MODULE_INFO(softdep, text)
#define MODULE_WEAKDEP(text) MODULE_INFO(weakdep, text)
#define MODULE_FIRMWARE(text) MODULE_INFO(firmware, text)
#define MODULE_IMPORT_NS(ns) MODULE_INFO(import_ns, __stringify(ns))
#define MODULE_DEVICE_TABLE(type, name)
#define MODULE_SUPPORTED_DEVICE(name)
#define MODULE_ALIAS_CHARDEV(major, minor) \
	MODULE_ALIAS("char-major-" __stringify(major) "-" __stringify(minor))
#define MODULE_ALIAS_CHARDEV_MAJOR(major) MODULE_ALIAS("char-major-" __stringify(major) "-*")
#define MODULE_ALIAS_MISCDEV(minor) MODULE_ALIAS_CHARDEV(10, minor)

int init_module(void);
void cleanup_module(void);

/**
 * try_module_get - a reference that keeps the module from being removed
 *
 * Context: any. False if it is on its way out: then it must not be used. NULL (what THIS_MODULE is
 * in the kernel itself) always succeeds. Source: kernel/module/main.c.
 */
bool try_module_get(struct module *module);
/** __module_get - the same where the caller holds a reference already. */
void __module_get(struct module *module);
/** module_put - gives it back. Context: any. */
void module_put(struct module *module);
/** module_refcount - how many there are; dependants count. -1 on its way out. */
int module_refcount(struct module *module);

enum module_state {
	MODULE_STATE_LIVE,
	MODULE_STATE_COMING,
	MODULE_STATE_GOING,
	MODULE_STATE_UNFORMED,
};

/**
 * register_module_notifier - be told what becomes of modules: a state, and the struct module
 *
 * COMING before its init runs: notifier_from_errno(-E) refuses it, and its load gives E. LIVE, GOING.
 * Context: may sleep. 0, -EEXIST; unregister: 0, -ENOENT. Not from the block's own function.
 * Source: kernel/module/main.c.
 */
struct notifier_block;
int register_module_notifier(struct notifier_block *block);
int unregister_module_notifier(struct notifier_block *block);

#define SET_MODULE_OWNER(thing) ((thing)->owner = THIS_MODULE)
#define try_inc_mod_count(module) try_module_get(module)

#define module_name(module) ((module) ? (module)->name : "kernel")

#endif
