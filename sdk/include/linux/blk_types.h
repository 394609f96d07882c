#ifndef _LINUX_BLK_TYPES_H
#define _LINUX_BLK_TYPES_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#define SECTOR_SHIFT 9
#define SECTOR_SIZE 512

struct gendisk;

/* A disk, as filesystems and programs see it. */
struct block_device {
	dev_t bd_dev;
	sector_t bd_nr_sectors;
	struct gendisk *bd_disk;	/* NULL of an image */
	struct list_head bd_list;	/* of all; from here on the kernel's own */
	struct list_head bd_buffers;
	struct mutex bd_lock;		/* of the buffers */
	int bd_count;
	int bd_image;			/* the file that is read */
	char bd_name[32];		/* "ram0" */
};

#endif
