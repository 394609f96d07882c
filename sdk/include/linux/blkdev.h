#ifndef _LINUX_BLKDEV_H
#define _LINUX_BLKDEV_H

#include <linux/bio.h>
#include <linux/blk_types.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/numa.h>

#define BLKROSET _IO(0x12, 93)
#define BLKROGET _IO(0x12, 94)
#define BLKGETSIZE _IO(0x12, 96)	/* sectors, unsigned long */
#define BLKSSZGET _IO(0x12, 104)	/* bytes of a sector, int */
#define BLKGETSIZE64 _IOR(0x12, 114, size_t)	/* bytes, u64 */

#define DISK_NAME_LEN 32

struct request_queue {
	unsigned int logical_block_size;
	void *queuedata;
};

/* What a disk can do. All but submit_bio may be NULL. */
struct block_device_operations {
	void (*submit_bio)(struct bio *bio);	/* ends with bio_endio() there or later, in any thread */
	int (*open)(struct block_device *device, fmode_t mode);
	void (*release)(struct gendisk *disk, fmode_t mode);
	int (*ioctl)(struct block_device *device, fmode_t mode, unsigned int command, unsigned long argument);
	struct module *owner;			/* kept while it is open; always set it to THIS_MODULE */
};

struct gendisk {
	int major;
	int first_minor;
	int minors;
	char disk_name[DISK_NAME_LEN];		/* also the node's, /dev/<disk_name> */
	struct block_device *part0;
	const struct block_device_operations *fops;
	struct request_queue *queue;
	void *private_data;
	bool read_only;				/* set_disk_ro() */
	bool live;				/* between add_disk() and del_gendisk(); the kernel's own */
};

/**
 * register_blkdev - a major number, or 0 for a free one
 *
 * Returns 0 (the new number if major was 0), -EBUSY, -EINVAL (above 511), -ENOMEM. Context: may sleep.
 * Source: block/genhd.c.
 */
int register_blkdev(unsigned int major, const char *name);
void unregister_blkdev(unsigned int major, const char *name);

/** blk_alloc_disk - a disk to be filled in, set_capacity()d and added; NULL. Context: may sleep. */
struct gendisk *blk_alloc_disk(int node);
/** add_disk - it can be opened from now on. 0; -EINVAL (no name, no submit_bio), -EBUSY (its numbers or name). */
int __must_check add_disk(struct gendisk *disk);
/** del_gendisk - no longer; what is open gives -EIO. Context: may sleep. */
void del_gendisk(struct gendisk *disk);
/** put_disk - gives the disk of blk_alloc_disk() back. */
void put_disk(struct gendisk *disk);

void set_capacity(struct gendisk *disk, sector_t sectors);
static inline sector_t get_capacity(struct gendisk *disk)
{
	return disk->part0->bd_nr_sectors;
}
static inline sector_t bdev_nr_sectors(struct block_device *device)
{
	return device->bd_nr_sectors;
}
static inline void set_disk_ro(struct gendisk *disk, bool read_only)
{
	disk->read_only = read_only;
}

/** blk_queue_logical_block_size - the least that is read or written: a power of two, 512 to 4096. */
void blk_queue_logical_block_size(struct request_queue *queue, unsigned int size);
#define blk_queue_physical_block_size(queue, size) ((void)(queue), (void)(size))
#define blk_queue_max_hw_sectors(queue, sectors) ((void)(queue), (void)(sectors))
#define QUEUE_FLAG_NONROT 6
#define blk_queue_flag_set(flag, queue) ((void)(queue))

#define MODULE_ALIAS_BLOCKDEV(major, minor) MODULE_ALIAS("block-major-" __stringify(major) "-" __stringify(minor))
#define MODULE_ALIAS_BLOCKDEV_MAJOR(major) MODULE_ALIAS("block-major-" __stringify(major) "-*")

#endif
