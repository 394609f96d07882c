#ifndef _LINUX_KERNEL_READ_FILE_H
#define _LINUX_KERNEL_READ_FILE_H

#include <linux/types.h>

/* What a file is read for. */
enum kernel_read_file_id {
	READING_UNKNOWN,
	READING_FIRMWARE,
	READING_MODULE,
};

/**
 * kernel_read_file_from_path - a file of the machine, as the kernel's process may read it
 *
 * At most `room` bytes from `offset` on are read to *buffer; with *buffer NULL, to memory that is taken as by vmalloc() and
 * is the caller's then. *size (may be NULL: all of it is wanted) gets the file's size. The number of bytes read; -EINVAL
 * (no regular file, or it is empty), -EFBIG (all is wanted, and there is no room), -ENOMEM, or why it cannot be
 * opened. Context: may sleep. Source: fs/kernel_read_file.c.
 */
ssize_t kernel_read_file_from_path(const char *path, loff_t offset, void **buffer, size_t room, size_t *size,
				   enum kernel_read_file_id id);

#endif
