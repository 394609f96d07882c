#ifndef _LINUX_DEVICE_CLASS_H
#define _LINUX_DEVICE_CLASS_H

#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <linux/types.h>

struct device;
struct module;
struct entry;

/* Devices of one purpose: the folder /sys/class/<name>. Source of all: drivers/base/class.c (6.1). */
struct class {
	const char *name;
	struct module *owner;
	const struct attribute_group **class_groups;
	const struct attribute_group **dev_groups;	/* of each of its devices */
	char *(*devnode)(struct device *dev, umode_t *mode);	/* its node: name (kfree'd) and mode, or NULL */
	void (*class_release)(struct class *class);
	void (*dev_release)(struct device *dev);
	struct class_folder *p;		/* the kernel's own; NULL: not registered */
};

struct class_attribute {
	struct attribute attr;
	ssize_t (*show)(struct class *class, struct class_attribute *attr, char *page);
	ssize_t (*store)(struct class *class, struct class_attribute *attr, const char *text, size_t size);
};

#define CLASS_ATTR_RW(_name) struct class_attribute class_attr_##_name = __ATTR_RW(_name)
#define CLASS_ATTR_RO(_name) struct class_attribute class_attr_##_name = __ATTR_RO(_name)
#define CLASS_ATTR_WO(_name) struct class_attribute class_attr_##_name = __ATTR_WO(_name)

/**
 * class_create - a class in memory of its own; class_destroy takes it back
 *
 * Context: may sleep. ERR_PTR(-EEXIST), ERR_PTR(-ENOMEM).
 */
struct class *__must_check class_create(struct module *owner, const char *name);
void class_destroy(struct class *class);
/** class_register - a class of the caller's. 0, -EEXIST, -ENOMEM. May sleep. */
int __must_check class_register(struct class *class);
void class_unregister(struct class *class);
int __must_check class_create_file(struct class *class, const struct class_attribute *attr);
void class_remove_file(struct class *class, const struct class_attribute *attr);

#endif
