/* Between chrdev.c (numbers and devices) and chrdev_nodes.c (nodes and open files). */
#pragma once

#include <linux/cdev.h>
#include <linux/mutex.h>

/* Numbers that have a name. */
struct chrdev_region {
	struct list_head list;
	unsigned int major;
	unsigned int first;
	unsigned int count;
	bool whole;			/* of register_chrdev(): all minors are one device */
	char name[64];
};

/* Guards both lists. No module memory is touched for the first time while it is held: a fault there
 * would leave it locked. */
extern struct mutex chrdev_lock;
extern struct list_head chrdev_regions;
extern struct list_head chrdev_devices;	/* of struct cdev */

struct chrdev_region *chrdev_region_of(unsigned int major, unsigned int minor);
struct cdev *chrdev_device_of(dev_t device);
