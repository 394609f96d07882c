// Blocks of devices in memory: sdk/include/linux/buffer_head.h. They are read anew for each who has none yet.
#include <linux/buffer_head.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/log2.h>

#include "blocks.h"
#include "subsystems.h"

int sb_set_blocksize(struct super_block *sb, int size)
{
	if (size < SECTOR_SIZE || size > PAGE_SIZE || !is_power_of_2(size))
		return 0;
	sb->s_blocksize = size;
	sb->s_blocksize_bits = ilog2(size);
	return size;
}
EXPORT_SYMBOL(sb_set_blocksize);

int sb_min_blocksize(struct super_block *sb, int size)
{
	return sb_set_blocksize(sb, max(size, SECTOR_SIZE));
}
EXPORT_SYMBOL(sb_min_blocksize);

static struct buffer_head *find(struct block_device *device, sector_t block, size_t size)
{
	struct buffer_head *buffer;

	list_for_each_entry(buffer, &device->bd_buffers, b_list)
		if (buffer->b_blocknr == block && buffer->b_size == size) {
			buffer->b_count++;
			return buffer;
		}
	return NULL;
}

static struct buffer_head *read_new(struct block_device *device, sector_t block, size_t size)
{
	struct buffer_head *buffer = platform_alloc(sizeof(*buffer) + size, 16, 0);

	if (!buffer)
		return NULL;
	*buffer = (struct buffer_head){ .b_blocknr = block, .b_size = size, .b_data = (char *)(buffer + 1),
					.b_bdev = device, .b_count = 1 };
	if (block_read(device, buffer->b_data, size, block * size) == size)
		return buffer;
	platform_free(buffer);
	return NULL;
}

struct buffer_head *sb_bread(struct super_block *sb, sector_t block)
{
	struct block_device *device = sb->s_bdev;
	struct buffer_head *buffer, *fresh;
	size_t size = sb->s_blocksize;

	if (!device || block >= device->bd_nr_sectors / (size / SECTOR_SIZE)) {
		pr_err("%s: block %llu is beyond the end of the device\n", sb->s_id, block);
		return NULL;
	}
	mutex_lock(&device->bd_lock);
	buffer = find(device, block, size);
	mutex_unlock(&device->bd_lock);
	if (buffer)
		return buffer;
	fresh = read_new(device, block, size);
	if (!fresh)
		return NULL;
	mutex_lock(&device->bd_lock);
	buffer = find(device, block, size);
	if (!buffer)
		list_add(&fresh->b_list, &device->bd_buffers);
	mutex_unlock(&device->bd_lock);
	if (!buffer)
		return fresh;
	platform_free(fresh);	/* somebody else was faster */
	return buffer;
}
EXPORT_SYMBOL(sb_bread);

void brelse(struct buffer_head *buffer)
{
	struct block_device *device;
	bool last;

	if (!buffer)
		return;
	device = buffer->b_bdev;
	mutex_lock(&device->bd_lock);
	last = !--buffer->b_count;
	if (last)
		list_del(&buffer->b_list);
	mutex_unlock(&device->bd_lock);
	if (last)
		platform_free(buffer);
}
EXPORT_SYMBOL(brelse);

void buffers_drop(struct block_device *device)
{
	struct buffer_head *buffer, *next;
	int count = 0;

	list_for_each_entry_safe(buffer, next, &device->bd_buffers, b_list) {
		list_del(&buffer->b_list);
		platform_free(buffer);
		count++;
	}
	if (count)
		pr_err("%s: brelse() was not called for %d blocks\n", device->bd_name, count);
}
