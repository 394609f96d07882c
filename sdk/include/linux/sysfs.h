#ifndef _LINUX_SYSFS_H
#define _LINUX_SYSFS_H

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/stringify.h>
#include <linux/types.h>

struct kobject;
struct module;

/* A file in a kobject's folder. Source of all: include/linux/sysfs.h, fs/sysfs/. */
struct attribute {
	const char *name;
	umode_t mode;
};

struct file;
struct vm_area_struct;

/*
 * A file of bytes: read() and write() take at most a page, at any position up to `size` (0: no end).
 * NULL: -EIO. mmap: as that of file_operations; NULL: -ENODEV.
 */
struct bin_attribute {
	struct attribute attr;
	size_t size;
	void *private;
	ssize_t (*read)(struct file *, struct kobject *, struct bin_attribute *, char *to, loff_t position,
			size_t size);
	ssize_t (*write)(struct file *, struct kobject *, struct bin_attribute *, char *from, loff_t position,
			 size_t size);
	int (*mmap)(struct file *, struct kobject *, struct bin_attribute *, struct vm_area_struct *);
};

/* A set of attributes, in a folder of its own if it has a name. */
struct attribute_group {
	const char *name;
	/* The mode of one of them; 0: it is not made. */
	umode_t (*is_visible)(struct kobject *, struct attribute *, int index);
	struct attribute **attrs;		/* up to NULL */
	struct bin_attribute **bin_attrs;	/* up to NULL */
};

/*
 * How the attributes of a kind of kobjects are read and written: show() fills a page and gives the
 * length, store() gives the bytes taken. Both may sleep, and run while the attribute is there.
 */
struct sysfs_ops {
	ssize_t (*show)(struct kobject *, struct attribute *, char *page);
	ssize_t (*store)(struct kobject *, struct attribute *, const char *text, size_t size);
};

#define __ATTR(_name, _mode, _show, _store) {				\
	.attr = { .name = __stringify(_name), .mode = (_mode) },	\
	.show = _show, .store = _store }
#define __ATTR_PREALLOC __ATTR
#define __ATTR_RO(_name) __ATTR(_name, 0444, _name##_show, NULL)
#define __ATTR_RO_MODE(_name, _mode) __ATTR(_name, _mode, _name##_show, NULL)
#define __ATTR_WO(_name) __ATTR(_name, 0200, NULL, _name##_store)
#define __ATTR_RW(_name) __ATTR(_name, 0644, _name##_show, _name##_store)
#define __ATTR_RW_MODE(_name, _mode) __ATTR(_name, _mode, _name##_show, _name##_store)
#define __ATTR_NULL { .attr = { .name = NULL } }
#define __ATTRIBUTE_GROUPS(_name)					\
static const struct attribute_group *_name##_groups[] = { &_name##_group, NULL }
#define ATTRIBUTE_GROUPS(_name)						\
static const struct attribute_group _name##_group = { .attrs = _name##_attrs }; \
__ATTRIBUTE_GROUPS(_name)
#define sysfs_attr_init(attr) do { } while (0)
#define sysfs_bin_attr_init(attr) do { } while (0)

#define __BIN_ATTR(_name, _mode, _read, _write, _size) {		\
	.attr = { .name = __stringify(_name), .mode = (_mode) },	\
	.read = _read, .write = _write, .size = _size }
#define BIN_ATTR(_name, _mode, _read, _write, _size) \
	struct bin_attribute bin_attr_##_name = __BIN_ATTR(_name, _mode, _read, _write, _size)
#define BIN_ATTR_RO(_name, _size) BIN_ATTR(_name, 0444, _name##_read, NULL, _size)
#define BIN_ATTR_WO(_name, _size) BIN_ATTR(_name, 0200, NULL, _name##_write, _size)
#define BIN_ATTR_RW(_name, _size) BIN_ATTR(_name, 0644, _name##_read, _name##_write, _size)

/**
 * sysfs_create_file - the attribute as a file in the kobject's folder
 *
 * Context: may sleep. Returns 0, -EEXIST (with a warning), -ENOMEM, -ENOENT for a kobject that is not
 * added.
 */
int __must_check sysfs_create_file(struct kobject *kobj, const struct attribute *attr);
int __must_check sysfs_create_files(struct kobject *kobj, const struct attribute *const *attrs);
/** sysfs_remove_file - takes it away, when no show() or store() of it runs. May sleep. */
void sysfs_remove_file(struct kobject *kobj, const struct attribute *attr);
void sysfs_remove_files(struct kobject *kobj, const struct attribute *const *attrs);
/** sysfs_create_bin_file, sysfs_remove_bin_file - the same for a file of bytes. */
int __must_check sysfs_create_bin_file(struct kobject *kobj, const struct bin_attribute *attr);
void sysfs_remove_bin_file(struct kobject *kobj, const struct bin_attribute *attr);
/** sysfs_create_group(s), sysfs_remove_group(s) - the same for all of a group, or none. */
int __must_check sysfs_create_group(struct kobject *kobj, const struct attribute_group *group);
int __must_check sysfs_create_groups(struct kobject *kobj, const struct attribute_group **groups);
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group);
void sysfs_remove_groups(struct kobject *kobj, const struct attribute_group **groups);
/** sysfs_create_link - a link `name` in kobj's folder to that of `target`. As sysfs_create_file. */
int __must_check sysfs_create_link(struct kobject *kobj, struct kobject *target, const char *name);
void sysfs_remove_link(struct kobject *kobj, const char *name);

/** sysfs_emit, sysfs_emit_at - sprintf into show()'s page, from `at` on; the bytes printed. */
__printf(2, 3) int sysfs_emit(char *page, const char *format, ...);
__printf(3, 4) int sysfs_emit_at(char *page, int at, const char *format, ...);

#endif
