// SPDX-License-Identifier: MIT
/* Disks of memory: /dev/ram0 and so on. What is written to them is there until the module goes. */
#include <linux/blkdev.h>
#include <linux/module.h>
#include <linux/slab.h>

#define RAMDISK_MAJOR 1
#define MOST_DISKS 16

static unsigned int disks = 1;
module_param(disks, uint, 0444);
MODULE_PARM_DESC(disks, "how many disks, at most 16");
static unsigned int size = 4096;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "of each, in KiB");

static struct gendisk *all[MOST_DISKS];

static void ramdisk_submit(struct bio *bio)
{
	char *memory = bio->bi_bdev->bd_disk->private_data;
	struct bio_vec segment;
	struct bvec_iter iter;

	if (bio_end_sector(bio) > get_capacity(bio->bi_bdev->bd_disk)) {
		bio_io_error(bio);
		return;
	}
	bio_for_each_segment(segment, bio, iter) {
		char *here = bvec_kmap_local(&segment), *there = memory + (iter.bi_sector << SECTOR_SHIFT);

		if (bio_data_dir(bio) == WRITE)
			memcpy(there, here, segment.bv_len);
		else
			memcpy(here, there, segment.bv_len);
		kunmap_local(here);
	}
	bio_endio(bio);
}

static const struct block_device_operations operations = {
	.owner = THIS_MODULE,
	.submit_bio = ramdisk_submit,
};

static int ramdisk_add(int number)
{
	struct gendisk *disk = blk_alloc_disk(NUMA_NO_NODE);
	int error = -ENOMEM;

	if (!disk)
		return -ENOMEM;
	disk->major = RAMDISK_MAJOR;
	disk->first_minor = number;
	disk->minors = 1;
	disk->fops = &operations;
	snprintf(disk->disk_name, DISK_NAME_LEN, "ram%d", number);
	set_capacity(disk, (sector_t)size * 2);
	disk->private_data = kvzalloc((size_t)size * 1024, GFP_KERNEL);
	if (disk->private_data)
		error = add_disk(disk);
	if (error) {
		kvfree(disk->private_data);
		put_disk(disk);
		return error;
	}
	all[number] = disk;
	return 0;
}

static void ramdisk_remove(int count)
{
	while (count--) {
		void *memory = all[count]->private_data;

		del_gendisk(all[count]);
		put_disk(all[count]);
		kvfree(memory);
	}
	unregister_blkdev(RAMDISK_MAJOR, "ramdisk");
}

static int __init ramdisk_init(void)
{
	int error;

	if (!disks || disks > MOST_DISKS || !size)
		return -EINVAL;
	error = register_blkdev(RAMDISK_MAJOR, "ramdisk");
	if (error)
		return error;
	for (int number = 0; number < disks; number++) {
		error = ramdisk_add(number);
		if (error) {
			ramdisk_remove(number);
			return error;
		}
	}
	return 0;
}

static void __exit ramdisk_exit(void)
{
	ramdisk_remove(disks);
}

module_init(ramdisk_init);
module_exit(ramdisk_exit);

MODULE_ALIAS_BLOCKDEV_MAJOR(1);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Disks of memory");
