#ifndef _LINUX_MISCDEVICE_H
#define _LINUX_MISCDEVICE_H

#include <linux/device.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/types.h>

#define MISC_MAJOR 10
#define MISC_DYNAMIC_MINOR 255

/* A character device with one minor of major 10 and a node. Source: drivers/char/misc.c. */
struct miscdevice {
	int minor;			/* MISC_DYNAMIC_MINOR: a free one, which is put here */
	const char *name;
	const struct file_operations *fops;
	struct list_head list;
	struct device *parent;
	struct device *this_device;
	const struct attribute_group **groups;
	const char *nodename;		/* in /dev, if not the name */
	umode_t mode;			/* of the node; 0: 0600 */
};

/**
 * misc_register - the device /dev/<name>; an open file's private_data is the miscdevice
 *
 * Context: may sleep. Returns 0, -EBUSY (the minor is taken, or none is free), -EEXIST, -ENOMEM.
 */
int misc_register(struct miscdevice *misc);
void misc_deregister(struct miscdevice *misc);

#define module_misc_device(misc) module_driver(misc, misc_register, misc_deregister)
#define builtin_misc_device(misc) module_misc_device(misc)

#endif
