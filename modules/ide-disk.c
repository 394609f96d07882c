// SPDX-License-Identifier: MIT
/* Drives of the class disk: /dev/hda holds a mebibyte in memory. Needs ide.c, the core of such drivers. */
#include <linux/blkdev.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "ide.h"

#define CAPACITY (1 << 20)

static void disk_submit(struct bio *bio)
{
	char *memory = bio->bi_bdev->bd_disk->private_data;
	struct bio_vec segment;
	struct bvec_iter iter;

	if (bio_end_sector(bio) > CAPACITY >> SECTOR_SHIFT) {
		bio_io_error(bio);
		return;
	}
	bio_for_each_segment(segment, bio, iter) {
		char *there = memory + (iter.bi_sector << SECTOR_SHIFT);

		if (bio_data_dir(bio) == WRITE)
			memcpy(there, bvec_kmap_local(&segment), segment.bv_len);
		else
			memcpy(bvec_kmap_local(&segment), there, segment.bv_len);
	}
	bio_endio(bio);
}

static const struct block_device_operations operations = {
	.owner = THIS_MODULE,
	.submit_bio = disk_submit,
};

static int disk_attach(struct ide_drive *drive)
{
	struct gendisk *disk = blk_alloc_disk(NUMA_NO_NODE);
	int error = -ENOMEM;

	if (!disk)
		return -ENOMEM;
	disk->major = IDE_MAJOR;
	disk->first_minor = drive->number * IDE_MINORS;
	disk->minors = IDE_MINORS;
	disk->fops = &operations;
	strscpy(disk->disk_name, drive->name, DISK_NAME_LEN);
	set_capacity(disk, CAPACITY >> SECTOR_SHIFT);
	disk->private_data = kzalloc(CAPACITY, GFP_KERNEL);
	if (disk->private_data)
		error = add_disk(disk);
	if (error) {
		kfree(disk->private_data);
		put_disk(disk);
		return error;
	}
	drive->data = disk;
	pr_info("%s: ATA DISK drive\n", drive->name);
	return 0;
}

static void disk_detach(struct ide_drive *drive)
{
	struct gendisk *disk = drive->data;
	void *memory = disk->private_data;

	del_gendisk(disk);
	put_disk(disk);
	kfree(memory);
}

static struct ide_driver driver = {
	.media = "disk",
	.attach = disk_attach,
	.detach = disk_detach,
};

static int __init disk_init(void)
{
	int error = register_blkdev(IDE_MAJOR, "ide0");

	if (!error)
		ide_register_driver(&driver);
	return error;
}

static void __exit disk_exit(void)
{
	ide_unregister_driver(&driver);
	unregister_blkdev(IDE_MAJOR, "ide0");
}

module_init(disk_init);
module_exit(disk_exit);

MODULE_ALIAS_BLOCKDEV_MAJOR(3);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Drives of the class disk");
