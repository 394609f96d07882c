// Files of the machine that modules read: sdk/include/linux/kernel_read_file.h.
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kernel_read_file.h>
#include <linux/vmalloc.h>

#include "api.h"

static ssize_t read_open(int image, loff_t offset, void **buffer, size_t room, size_t *size)
{
	long long all = platform_file_size(image);
	void *to = *buffer;
	ssize_t result;

	if (all <= 0 || offset < 0 || offset >= all)
		return -EINVAL;
	if (!size && all - offset > room)
		return -EFBIG;
	room = min_t(u64, room, all - offset);
	if (!to)
		to = vmalloc(room);
	if (!to)
		return -ENOMEM;
	result = platform_file_read(image, to, room, offset);
	if (result >= 0) {
		*buffer = to;
		if (size)
			*size = all;
	} else if (!*buffer) {
		vfree(to);
	}
	return result;
}

ssize_t kernel_read_file_from_path(const char *path, loff_t offset, void **buffer, size_t room, size_t *size,
				   enum kernel_read_file_id id)
{
	ssize_t result;
	int image;

	if (!path || !*path)
		return -EINVAL;
	image = platform_file_open(path);
	if (image < 0)
		return image;
	result = read_open(image, offset, buffer, room, size);
	platform_file_close(image);
	return result;
}
EXPORT_SYMBOL(kernel_read_file_from_path);
