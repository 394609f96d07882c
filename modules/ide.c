// SPDX-License-Identifier: MIT
/*
 * The core of Linux 2.x' ATA drivers in small: it finds the drives, which a parameter describes, and asks for the driver of
 * each one's class by its historical name: ide-disk, ide-cd, ide-floppy, ide-tape, ide-scsi.
 */
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "ide.h"

#define MOST_DRIVES 2

static char *drives = "disk";
module_param(drives, charp, 0444);
MODULE_PARM_DESC(drives, "the classes of at most two drives: disk, cd, floppy, tape, scsi; separated by a comma");

static DEFINE_MUTEX(lock);	/* over the drivers and who drives what */
static LIST_HEAD(drivers);
static struct ide_drive all[MOST_DRIVES];
static int count;

void ide_register_driver(struct ide_driver *driver)
{
	mutex_lock(&lock);
	list_add_tail(&driver->list, &drivers);
	for (int i = 0; i < count; i++)
		if (!all[i].driver && !strcmp(all[i].media, driver->media) && !driver->attach(&all[i]))
			all[i].driver = driver;
	mutex_unlock(&lock);
}
EXPORT_SYMBOL(ide_register_driver);

void ide_unregister_driver(struct ide_driver *driver)
{
	mutex_lock(&lock);
	list_del(&driver->list);
	for (int i = 0; i < count; i++)
		if (all[i].driver == driver) {
			driver->detach(&all[i]);
			all[i].driver = NULL;
		}
	mutex_unlock(&lock);
}
EXPORT_SYMBOL(ide_unregister_driver);

static int find_drives(void)
{
	const char *at = drives;

	while (*at) {
		size_t length = strcspn(at, ",");
		struct ide_drive *drive = &all[count];

		if (!length || count == MOST_DRIVES || length >= sizeof(drive->media))
			return -EINVAL;
		memcpy(drive->media, at, length);
		snprintf(drive->name, sizeof(drive->name), "hd%c", 'a' + count);
		drive->number = count++;
		at += length;
		at += *at == ',';
	}
	return 0;
}

/* Nobody waits for them here: a driver needs this module's symbols, which are there when its init has returned. */
static int __init ide_init(void)
{
	int error = find_drives();

	for (int i = 0; i < count && !error; i++)
		request_module_nowait("ide-%s", all[i].media);
	return error;
}

static void __exit ide_exit(void)
{
}

module_init(ide_init);
module_exit(ide_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("The core of ATA drivers, which asks for the driver of each drive");
