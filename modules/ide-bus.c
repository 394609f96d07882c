// SPDX-License-Identifier: MIT
/*
 * The core of Linux 2.x' ATA drivers in small: it has the drives, which a parameter describes, and when the node of one is
 * opened that nobody drives yet it asks for the driver of its class by the historical name: ide-disk, ide-cd,
 * ide-floppy, ide-tape, ide-scsi. As ide_open(), drivers/ide/ide.c of Linux 2.4.
 */
#include <asm/unaligned.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/string.h>

#include "ide.h"

#define MINORS 64	/* of a drive; a channel has two */

static const int majors[] = { 3, 22, 33 };	/* of the channels */
static const char *const classes[] = { "disk", "cd", "floppy", "tape", "scsi" };	/* by enum ide_media */

static char *drives[IDE_DRIVES] = { "disk" };
static int count = 1;
module_param_array(drives, charp, &count, 0444);
MODULE_PARM_DESC(drives, "the class of each drive: disk, cd, floppy, tape, scsi; with the medium's image behind it: cd:/IMAGE");

static DEFINE_MUTEX(lock);	/* over the drivers and who drives what */
static LIST_HEAD(drivers);
static struct ide_drive all[IDE_DRIVES];

static void attach(struct ide_drive *drive, struct ide_driver *driver)
{
	if (!drive->driver && drive->media == driver->media && !driver->attach(drive))
		drive->driver = driver;
}

static void detach(struct ide_drive *drive)
{
	if (drive->driver->detach)
		drive->driver->detach(drive);
	drive->driver = NULL;
	set_capacity(drive->disk, 0);
}

void ide_register_driver(struct ide_driver *driver)
{
	mutex_lock(&lock);
	list_add_tail(&driver->list, &drivers);
	for (int i = 0; i < count; i++)
		attach(&all[i], driver);
	mutex_unlock(&lock);
}
EXPORT_SYMBOL(ide_register_driver);

void ide_unregister_driver(struct ide_driver *driver)
{
	mutex_lock(&lock);
	list_del(&driver->list);
	for (int i = 0; i < count; i++)
		if (all[i].driver == driver)
			detach(&all[i]);
	mutex_unlock(&lock);
}
EXPORT_SYMBOL(ide_unregister_driver);

int ide_use_blocks(struct ide_drive *drive)
{
	u8 answer[8];
	struct ide_packet packet = { .command = { READ_CAPACITY }, .buffer = answer, .size = sizeof(answer) };
	unsigned int size;

	if (ide_do_packet(drive, &packet))
		return -ENOMEDIUM;
	size = get_unaligned_be32(answer + 4);
	blk_queue_logical_block_size(drive->disk->queue, size);
	set_capacity(drive->disk, (get_unaligned_be32(answer) + (sector_t)1) * (size / SECTOR_SIZE));
	return 0;
}
EXPORT_SYMBOL(ide_use_blocks);

struct ide_drive *ide_find(enum ide_media media, unsigned int unit)
{
	for (int i = 0; i < count; i++)
		if (all[i].media == media && all[i].unit == unit)
			return &all[i];
	return NULL;
}
EXPORT_SYMBOL(ide_find);

/* With a reference on its module. */
static struct ide_driver *get_driver(struct ide_drive *drive)
{
	struct ide_driver *driver;

	mutex_lock(&lock);
	driver = drive->driver;
	if (driver && !try_module_get(driver->owner))
		driver = NULL;
	mutex_unlock(&lock);
	return driver;
}

static int ide_open(struct block_device *device, fmode_t mode)
{
	struct ide_drive *drive = device->bd_disk->private_data;
	struct ide_driver *driver = get_driver(drive);
	int error = 0;

	if (!driver) {
		request_module("ide-%s", classes[drive->media]);
		driver = get_driver(drive);
	}
	if (!driver)
		return -ENXIO;
	if (!get_capacity(drive->disk))
		error = -ENOMEDIUM;
	else if (mode & FMODE_WRITE && drive->disk->read_only)
		error = -EROFS;
	if (error)
		module_put(driver->owner);
	return error;
}

static void ide_release(struct gendisk *disk, fmode_t mode)
{
	struct ide_drive *drive = disk->private_data;

	module_put(drive->driver->owner);
}

static int ide_ioctl(struct block_device *device, fmode_t mode, unsigned int command, unsigned long argument)
{
	struct ide_drive *drive = device->bd_disk->private_data;

	return drive->driver->ioctl ? drive->driver->ioctl(drive, command, argument) : -ENOTTY;
}

static void ide_submit(struct bio *bio)
{
	struct gendisk *disk = bio->bi_bdev->bd_disk;
	unsigned int size = disk->queue->logical_block_size;
	struct bio_vec segment;
	struct bvec_iter iter;

	bio_for_each_segment(segment, bio, iter) {
		struct ide_packet packet = {
			.command = { bio_data_dir(bio) == WRITE ? WRITE_10 : READ_10 },
			.buffer = bvec_kmap_local(&segment),
			.size = segment.bv_len,
		};
		int error;

		put_unaligned_be32(iter.bi_sector / (size / SECTOR_SIZE), packet.command + 2);
		put_unaligned_be16(segment.bv_len / size, packet.command + 7);
		error = ide_do_packet(disk->private_data, &packet);
		kunmap_local(packet.buffer);
		if (error) {
			bio_io_error(bio);
			return;
		}
	}
	bio_endio(bio);
}

static const struct block_device_operations operations = {
	.owner = THIS_MODULE,
	.open = ide_open,
	.release = ide_release,
	.ioctl = ide_ioctl,
	.submit_bio = ide_submit,
};

static int add_drive(int number)
{
	char *image = strchr(drives[number], ':');
	struct ide_drive *drive = &all[number];
	struct gendisk *disk;
	int error;

	if (image)
		*image++ = 0;
	error = match_string(classes, ARRAY_SIZE(classes), drives[number]);
	if (error < 0)
		return error;
	for (int i = 0; i < number; i++)
		drive->unit += all[i].media == error;
	drive->media = error;
	snprintf(drive->name, sizeof(drive->name), "hd%c", 'a' + number);
	error = ide_drive_create(drive, image);
	if (error)
		return error;
	drive->disk = disk = blk_alloc_disk(NUMA_NO_NODE);
	if (!disk)
		return -ENOMEM;
	disk->major = majors[number / 2];
	disk->first_minor = number % 2 * MINORS;
	disk->minors = MINORS;
	disk->fops = &operations;
	disk->private_data = drive;
	strscpy(disk->disk_name, drive->name, DISK_NAME_LEN);
	return add_disk(disk);
}

static void remove_drive(struct ide_drive *drive)
{
	if (drive->disk) {
		del_gendisk(drive->disk);
		put_disk(drive->disk);
	}
	ide_drive_destroy(drive);
}

static void remove_all(int channels)
{
	for (int i = 0; i < count; i++)
		remove_drive(&all[i]);
	while (channels--)
		unregister_blkdev(majors[channels], "ide");
}

static int __init ide_init(void)
{
	int error = 0;

	for (int i = 0; i < ARRAY_SIZE(majors); i++) {
		error = register_blkdev(majors[i], "ide");
		if (error) {
			remove_all(i);
			return error;
		}
	}
	for (int i = 0; i < count && !error; i++)
		error = add_drive(i);
	if (error)
		remove_all(ARRAY_SIZE(majors));
	return error;
}

static void __exit ide_exit(void)
{
	remove_all(ARRAY_SIZE(majors));
}

module_init(ide_init);
module_exit(ide_exit);

MODULE_ALIAS_BLOCKDEV(3, 0);
MODULE_ALIAS("devname:hda");
MODULE_ALIAS_BLOCKDEV_MAJOR(3);
MODULE_ALIAS_BLOCKDEV_MAJOR(22);
MODULE_ALIAS_BLOCKDEV_MAJOR(33);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("The core of ATA drivers, which asks for the driver of each drive");
