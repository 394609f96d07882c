/* Between class.c and device.c. */
#pragma once

#include <linux/device.h>
#include <linux/mutex.h>

#include "drivers/kobject.h"

/* The registered side of a class. */
struct class_folder {
	struct class *class;
	struct kobject kobj;
	struct mutex lock;
	struct list_head devices;	/* struct device by kobj.entry */
	struct entry *virtual;		/* /sys/devices/virtual/<name>, once there is a device */
};
