#ifndef _LINUX_CDEV_H
#define _LINUX_CDEV_H

#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/types.h>

struct cdev {
	struct kobject kobj;	/* its name; it has no folder */
	struct module *owner;
	const struct file_operations *ops;
	struct list_head list;	/* of all that are added */
	dev_t dev;
	unsigned int count;
	bool allocated;		/* by cdev_alloc(): freed when deleted */
	bool part;		/* of something else that the module is known to have */
	void *private_data;	/* of a file, when it is opened */
};

/** cdev_init - makes the structure a device with these operations. Context: any. */
void cdev_init(struct cdev *cdev, const struct file_operations *fops);
/** cdev_alloc - the same in memory of its own, which cdev_del() frees; NULL if there is none. */
struct cdev *cdev_alloc(void);
/**
 * cdev_add - `count` device numbers from `device` on are this device from now on
 *
 * It can be opened before this returns: set everything up first. Context: may sleep. Returns 0,
 * -EBUSY (numbers in use), -EINVAL (no operations). Source: fs/char_dev.c.
 */
int cdev_add(struct cdev *cdev, dev_t device, unsigned int count);
/** cdev_del - no longer; files that are open stay so. Context: may sleep. */
void cdev_del(struct cdev *cdev);

#endif
