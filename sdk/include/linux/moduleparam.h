#ifndef _LINUX_MODULEPARAM_H
#define _LINUX_MODULEPARAM_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/stat.h>
#include <linux/stringify.h>
#include <linux/types.h>

struct module;
struct kernel_param;

/* "tag=info" in .modinfo; each has a name of its own, so that several of a tag may stand. */
#define __MODINFO_JOIN2(a, b) a##b
#define __MODINFO_JOIN(a, b) __MODINFO_JOIN2(a, b)
#define __MODULE_INFO(tag, name, info)						\
	static const char __MODINFO_JOIN(__modinfo_, __COUNTER__)[]		\
		__used __section(".modinfo") __aligned(1) = __stringify(tag) "=" info

/*
 * A kind of parameter. set: the text of the value (NULL if only the name was given and NOARG is
 * set) into the variable; 0 or -errno. get: the value as text with '\n' into a page; its length or
 * -errno. free: when the module goes, may be NULL. The layouts are the kernel's:
 * include/linux/moduleparam.h.
 */
enum { KERNEL_PARAM_OPS_FL_NOARG = 1 };
enum { KERNEL_PARAM_FL_UNSAFE = 1, KERNEL_PARAM_FL_HWPARAM = 2 };

struct kernel_param_ops {
	unsigned int flags;
	int (*set)(const char *value, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp);
	void (*free)(void *arg);
};

struct kparam_string {
	unsigned int maxlen;
	char *string;
};

struct kparam_array {
	unsigned int max;
	unsigned int elemsize;
	unsigned int *num;
	const struct kernel_param_ops *ops;
	void *elem;
};

struct kernel_param {
	const char *name;
	struct module *mod;
	const struct kernel_param_ops *ops;
	const u16 perm;
	s8 level;
	u8 flags;
	union {
		void *arg;
		const struct kparam_string *str;
		const struct kparam_array *arr;
	};
};

#define __module_param_entry(name, ops, value, perm, flags)				\
	static const char __paramname_##name[] = #name;				\
	static struct kernel_param __param_##name __used __section("__param")		\
		__aligned(8) = { __paramname_##name, THIS_MODULE, ops, perm, -1, flags, { value } }

/**
 * module_param(name, type, perm) - the variable `name` is set by "name=value" on loading
 * @type: byte short ushort int uint long ulong ullong hexint charp bool invbool; bint, a truth value in an int
 * @perm: the mode of /sys/module/<module>/parameters/<name>, 0 for none
 */
#define module_param(name, type, perm) module_param_named(name, name, type, perm)
#define module_param_unsafe(name, type, perm) module_param_named_unsafe(name, name, type, perm)
/** module_param_named - the same where variable and parameter have different names. */
#define module_param_named(name, variable, type, perm)				\
	static inline typeof(&variable) __maybe_unused __check_##name(void)	\
	{									\
		return &(variable);						\
	}									\
	__module_param_entry(name, &param_ops_##type, &variable, perm, 0);	\
	__MODULE_PARM_TYPE(name, #type)
#define module_param_named_unsafe(name, variable, type, perm)			\
	__module_param_entry(name, &param_ops_##type, &variable, perm, KERNEL_PARAM_FL_UNSAFE); \
	__MODULE_PARM_TYPE(name, #type)
/** module_param_cb - a parameter with operations of one's own (struct kernel_param_ops). */
#define module_param_cb(name, ops, arg, perm) __module_param_entry(name, ops, (void *)(arg), perm, 0)
/** module_param_string - text into an array of len bytes; longer is -ENOSPC. */
#define module_param_string(name, array, len, perm)				\
	static const struct kparam_string __paramstring_##name = { len, array };	\
	__module_param_entry(name, &param_ops_string, (void *)&__paramstring_##name, perm, 0); \
	__MODULE_PARM_TYPE(name, "string")
/** module_param_array - "name=1,2,3" into an array; *count (may be NULL) is how many were given. */
#define module_param_array(name, type, count, perm) \
	module_param_array_named(name, name, type, count, perm)
#define module_param_array_named(name, array, type, count, perm)		\
	static const struct kparam_array __paramarray_##name = {			\
		sizeof(array) / sizeof((array)[0]), sizeof((array)[0]), count,	\
		&param_ops_##type, array };					\
	__module_param_entry(name, &param_array_ops, (void *)&__paramarray_##name, perm, 0); \
	__MODULE_PARM_TYPE(name, "array of " #type)

#define __MODULE_PARM_TYPE(name, type) __MODULE_INFO(parmtype, name, #name ":" type)
#define MODULE_PARM_DESC(name, text) __MODULE_INFO(parm, name, #name ":" text)

/*
 * The kinds that there are, and their functions for one's own kinds. Context: may sleep.
 * Errors: -EINVAL (not a value of that type), -ERANGE, -ENOSPC (too long), -ENOMEM.
 */
#define __PARAM_KIND(type)							\
	extern const struct kernel_param_ops param_ops_##type;			\
	int param_set_##type(const char *value, const struct kernel_param *kp);	\
	int param_get_##type(char *buffer, const struct kernel_param *kp);
__PARAM_KIND(byte)
__PARAM_KIND(short)
__PARAM_KIND(ushort)
__PARAM_KIND(int)
__PARAM_KIND(uint)
__PARAM_KIND(long)
__PARAM_KIND(ulong)
__PARAM_KIND(ullong)
__PARAM_KIND(hexint)
__PARAM_KIND(charp)
__PARAM_KIND(bool)
__PARAM_KIND(invbool)
extern const struct kernel_param_ops param_ops_bint;
int param_set_bint(const char *value, const struct kernel_param *kp);
extern const struct kernel_param_ops param_ops_string;
extern const struct kernel_param_ops param_array_ops;
void param_free_charp(void *arg);
/** param_set_copystring - for kinds over a struct kparam_string; param_get_string gives it. */
int param_set_copystring(const char *value, const struct kernel_param *kp);
int param_get_string(char *buffer, const struct kernel_param *kp);
int param_set_uint_minmax(const char *value, const struct kernel_param *kp, unsigned int low,
			  unsigned int high);

#endif
