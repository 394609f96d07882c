/* Block devices for the other subsystems: blocks.c, buffers.c. */
#pragma once

#include <linux/blk_types.h>

/*
 * The device with that node, "/dev/ram0" or "/dev/block/1:0", with a reference on it and its module; one that is
 * not there is asked for by its numbers. ERR_PTR(): -ENOENT, -ENOTBLK; -ENXIO for numbers without a device.
 */
struct block_device *block_device_open(const char *node);
void block_device_put(struct block_device *device);

/* A device that reads a file, as Linux's loop does; its node has its bd_name in /dev. ERR_PTR(). */
struct block_device *block_device_of_image(int image);

struct block_device *block_device_numbered(dev_t number);

/* Whole blocks of the device's size, within it, from or to the kernel's memory: the bytes; -EIO... */
long block_read(struct block_device *device, void *to, size_t size, loff_t position);
long block_write(struct block_device *device, const void *from, size_t size, loff_t position);
unsigned int block_size_of(const struct block_device *device);

/* What is in memory of a device that is closed. */
void buffers_drop(struct block_device *device);
