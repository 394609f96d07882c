// Transfers to and from block devices, and their nodes as programs open them.
#include <linux/blkdev.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "blocks.h"
#include "subsystems.h"

#define MOST_PAGES 16	/* of one bio */

/* A bio with all that belongs to it: a module may end it when who waits for it has been abandoned. */
struct transfer {
	struct bio bio;
	struct bio_vec segments[MOST_PAGES];
	struct page pages[MOST_PAGES];
	int done;
};

static void transfer_done(struct bio *bio)
{
	struct transfer *transfer = container_of(bio, struct transfer, bio);

	__atomic_store_n(&transfer->done, 1, __ATOMIC_RELEASE);
	platform_wake(&transfer->done, INT_MAX);
}

void bio_endio(struct bio *bio)
{
	bio->bi_end_io(bio);
}
EXPORT_SYMBOL(bio_endio);

static struct transfer *new_transfer(struct block_device *device, int op, void *memory, size_t size, loff_t position)
{
	struct transfer *transfer = platform_alloc(sizeof(*transfer), 64, 1);
	unsigned short count = 0;

	if (!transfer)
		return NULL;
	for (size_t at = 0; at < size; at += PAGE_SIZE, count++) {
		transfer->pages[count]._address = memory + at;
		transfer->segments[count] = (struct bio_vec){
			.bv_page = &transfer->pages[count], .bv_len = min_t(size_t, PAGE_SIZE, size - at),
		};
	}
	transfer->bio = (struct bio){
		.bi_bdev = device, .bi_opf = op, .bi_vcnt = count, .bi_io_vec = transfer->segments,
		.bi_iter = { .bi_sector = position >> SECTOR_SHIFT, .bi_size = size }, .bi_end_io = transfer_done,
	};
	return transfer;
}

static int error_of(blk_status_t status)
{
	switch (status) {
	case BLK_STS_OK:
		return 0;
	case BLK_STS_NOTSUPP:
		return -EOPNOTSUPP;
	case BLK_STS_NOSPC:
		return -ENOSPC;
	case BLK_STS_RESOURCE:
		return -ENOMEM;
	}
	return -EIO;
}

static int transfer(struct block_device *device, int op, void *memory, size_t size, loff_t position)
{
	struct gendisk *disk = device->bd_disk;
	struct transfer *transfer;
	int error;

	if (!__atomic_load_n(&disk->live, __ATOMIC_ACQUIRE))
		return -EIO;
	transfer = new_transfer(device, op, memory, size, position);
	if (!transfer)
		return -ENOMEM;
	disk->fops->submit_bio(&transfer->bio);
	while (!__atomic_load_n(&transfer->done, __ATOMIC_ACQUIRE))
		platform_wait(&transfer->done, 0);
	error = error_of(transfer->bio.bi_status);
	platform_free(transfer);
	return error;
}

static long transfer_all(struct block_device *device, int op, void *memory, size_t size, loff_t position)
{
	const size_t most = MOST_PAGES * PAGE_SIZE;

	for (size_t done = 0; done < size; done += most) {
		int error = transfer(device, op, memory + done, min(most, size - done), position + done);

		if (error)
			return error;
	}
	return size;
}

unsigned int block_size_of(const struct block_device *device)
{
	return device->bd_disk ? device->bd_disk->queue->logical_block_size : SECTOR_SIZE;
}

long block_read(struct block_device *device, void *to, size_t size, loff_t position)
{
	if (!device->bd_disk)
		return platform_file_read(device->bd_image, to, size, position);
	return transfer_all(device, REQ_OP_READ, to, size, position);
}

long block_write(struct block_device *device, const void *from, size_t size, loff_t position)
{
	if (!device->bd_disk || device->bd_disk->read_only)
		return -EROFS;
	return transfer_all(device, REQ_OP_WRITE, (void *)from, size, position);
}

static loff_t size_of(const struct block_device *device)
{
	return device->bd_nr_sectors << SECTOR_SHIFT;
}

static int file_open_block(struct inode *inode, struct file *file)
{
	struct block_device *device = block_device_numbered(inode->i_rdev);
	const struct block_device_operations *fops;
	int error = 0;

	if (IS_ERR(device))
		return PTR_ERR(device);
	fops = device->bd_disk->fops;
	if (device->bd_disk->read_only && file->f_mode & FMODE_WRITE)
		error = -EROFS;
	if (!error && fops->open)
		error = fops->open(device, file->f_mode);
	if (error) {
		block_device_put(device);
		return error;
	}
	if (!fops->owner)
		file_serve(file, NULL, fops);
	file->private_data = device;
	return 0;
}

static int file_release_block(struct inode *inode, struct file *file)
{
	struct block_device *device = file->private_data;

	if (device->bd_disk->fops->release)
		device->bd_disk->fops->release(device->bd_disk, file->f_mode);
	block_device_put(device);
	return 0;
}

/* The blocks around the bytes [position, position + size), at most MOST_PAGES pages of them. */
struct around {
	loff_t begin;
	size_t size;
	size_t offset;		/* of the first byte */
	size_t bytes;		/* of those that were meant */
	char *memory;
};

static int around(struct block_device *device, loff_t position, size_t size, struct around *to)
{
	loff_t block = block_size_of(device), end;

	to->bytes = min_t(u64, size, size_of(device) - position);
	to->begin = position & ~(block - 1);
	to->offset = position - to->begin;
	to->bytes = min_t(size_t, to->bytes, MOST_PAGES * PAGE_SIZE - to->offset);
	end = (position + to->bytes + block - 1) & ~(block - 1);
	if (end > size_of(device))
		return -EIO;	/* the device is no whole number of blocks */
	to->size = end - to->begin;
	to->memory = platform_alloc(to->size, PAGE_SIZE, 0);
	return to->memory ? 0 : -ENOMEM;
}

static ssize_t file_read_block(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct block_device *device = file->private_data;
	struct around blocks;
	long result;

	if (*position >= size_of(device))
		return 0;
	result = around(device, *position, size, &blocks);
	if (result)
		return result;
	result = block_read(device, blocks.memory, blocks.size, blocks.begin);
	if (result >= 0)
		result = copy_to_user(to, blocks.memory + blocks.offset, blocks.bytes) ? -EFAULT : (long)blocks.bytes;
	platform_free(blocks.memory);
	if (result > 0)
		*position += result;
	return result;
}

static ssize_t file_write_block(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct block_device *device = file->private_data;
	struct around blocks;
	long result;

	if (*position >= size_of(device))
		return -ENOSPC;
	result = around(device, *position, size, &blocks);
	if (result)
		return result;
	if (blocks.bytes != blocks.size)	/* what stands around it stays */
		result = block_read(device, blocks.memory, blocks.size, blocks.begin);
	if (result >= 0 && copy_from_user(blocks.memory + blocks.offset, from, blocks.bytes))
		result = -EFAULT;
	if (result >= 0)
		result = block_write(device, blocks.memory, blocks.size, blocks.begin);
	platform_free(blocks.memory);
	if (result < 0)
		return result;
	*position += blocks.bytes;
	return blocks.bytes;
}

static loff_t file_seek_block(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, size_of(file->private_data));
}

static long file_ioctl_block(struct file *file, unsigned int command, unsigned long argument)
{
	struct block_device *device = file->private_data;
	const struct block_device_operations *fops = device->bd_disk->fops;
	void __user *to = (void __user *)argument;
	unsigned long sectors = device->bd_nr_sectors;
	u64 bytes = size_of(device);
	int number;

	switch (command) {
	case BLKGETSIZE64:
		return copy_to_user(to, &bytes, sizeof(bytes)) ? -EFAULT : 0;
	case BLKGETSIZE:
		return copy_to_user(to, &sectors, sizeof(sectors)) ? -EFAULT : 0;
	case BLKSSZGET:
		number = block_size_of(device);
		return copy_to_user(to, &number, sizeof(number)) ? -EFAULT : 0;
	case BLKROGET:
		number = device->bd_disk->read_only;
		return copy_to_user(to, &number, sizeof(number)) ? -EFAULT : 0;
	}
	return fops->ioctl ? fops->ioctl(device, file->f_mode, command, argument) : -ENOTTY;
}

const struct file_operations block_file_operations = {
	.open = file_open_block,
	.release = file_release_block,
	.read = file_read_block,
	.write = file_write_block,
	.llseek = file_seek_block,
	.unlocked_ioctl = file_ioctl_block,
};
