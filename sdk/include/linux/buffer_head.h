#ifndef _LINUX_BUFFER_HEAD_H
#define _LINUX_BUFFER_HEAD_H

#include <linux/fs.h>
#include <linux/types.h>

/* A block of a block device in memory. */
struct buffer_head {
	sector_t b_blocknr;
	size_t b_size;
	char *b_data;
	struct block_device *b_bdev;
	int b_count;		/* references */
	struct list_head b_list;	/* of its device's; the kernel's own */
};

/**
 * sb_set_blocksize - the size of blocks from now on: a power of two from 512 to 4096
 *
 * Returns it; 0 if it cannot be, or the device is smaller than one. Context: may sleep. Source: block/bdev.c.
 */
int sb_set_blocksize(struct super_block *sb, int size);
/** sb_min_blocksize - the same; not less than the device's own size of a sector. */
int sb_min_blocksize(struct super_block *sb, int size);
/**
 * sb_bread - block number `block` with a reference; NULL: it is beyond the device's end, cannot be read, or there
 * is no memory
 *
 * Context: may sleep. Source: fs/buffer.c.
 */
struct buffer_head *sb_bread(struct super_block *sb, sector_t block);
/** brelse - gives the reference back; NULL is fine. */
void brelse(struct buffer_head *buffer);
#define put_bh(buffer) brelse(buffer)

#endif
