#ifndef _LINUX_KOBJECT_H
#define _LINUX_KOBJECT_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/stdarg.h>
#include <linux/stringify.h>
#include <linux/sysfs.h>
#include <linux/types.h>

struct entry;
struct kset;
struct kobj_type;

/* Something with a name, a count of references, and a folder in /sys. Source of all: lib/kobject.c. */
struct kobject {
	const char *name;
	struct list_head entry;		/* of its kset's */
	struct kobject *parent;
	struct kset *kset;
	const struct kobj_type *ktype;
	struct entry *sd;		/* its folder; NULL: not added */
	atomic_t references;
	unsigned int state_initialized : 1;
	unsigned int state_in_sysfs : 1;
};

/* What kobjects of a kind have in common. */
struct kobj_type {
	void (*release)(struct kobject *kobj);	/* at the last reference: frees it */
	const struct sysfs_ops *sysfs_ops;
	const struct attribute_group **default_groups;
};

struct kset {
	struct list_head list;
	struct kobject kobj;
};

/* An attribute with its own show and store. */
struct kobj_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attr, char *page);
	ssize_t (*store)(struct kobject *kobj, struct kobj_attribute *attr, const char *text, size_t size);
};
extern const struct sysfs_ops kobj_sysfs_ops;

/* /sys/kernel. */
extern struct kobject *kernel_kobj;

/** kobject_init - ready for use, one reference. Context: any. kobject_set_name: before it is added. */
void kobject_init(struct kobject *kobj, const struct kobj_type *type);
__printf(2, 3) int kobject_set_name(struct kobject *kobj, const char *format, ...);
__printf(2, 0) int kobject_set_name_vargs(struct kobject *kobj, const char *format,
					  va_list arguments);
/**
 * kobject_add - its folder, named so, in that of `parent` (NULL: of its kset, or /sys)
 *
 * Context: may sleep. Returns 0, -EEXIST, -EINVAL (no name), -ENOMEM. After an error kobject_put().
 */
__printf(3, 4) int __must_check kobject_add(struct kobject *kobj, struct kobject *parent,
					    const char *format, ...);
__printf(4, 5) int __must_check kobject_init_and_add(struct kobject *kobj, const struct kobj_type *type,
						     struct kobject *parent, const char *format, ...);
/** kobject_create_and_add - one in memory of its own; NULL on error. Its attributes: kobj_attribute. */
struct kobject *__must_check kobject_create_and_add(const char *name, struct kobject *parent);
/** kobject_del - the folder away, when nothing runs in its attributes. May sleep. */
void kobject_del(struct kobject *kobj);
/** kobject_get, kobject_put - a reference; with the last one kobject_del(), then its type's release. */
struct kobject *kobject_get(struct kobject *kobj);
void kobject_put(struct kobject *kobj);

static inline const char *kobject_name(const struct kobject *kobj)
{
	return kobj->name;
}

/** kset_create_and_add - a folder for kobjects whose kset member is it. kset_unregister: away. */
struct kset *__must_check kset_create_and_add(const char *name, const void *uevent_ops,
					      struct kobject *parent);
void kset_unregister(struct kset *kset);

#endif
