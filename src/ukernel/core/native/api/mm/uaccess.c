// The calling process's memory: sdk/include/linux/uaccess.h.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/uaccess.h>

#include "api.h"

bool __access_ok(const void __user *p, unsigned long size)
{
	return platform_user_read(NULL, p, size) == size;
}
EXPORT_SYMBOL(__access_ok);

unsigned long copy_to_user(void __user *to, const void *from, unsigned long size)
{
	kapi_may_sleep();
	return size - platform_user_write(to, from, size);
}
EXPORT_SYMBOL(copy_to_user);

unsigned long copy_from_user(void *to, const void __user *from, unsigned long size)
{
	size_t part;

	kapi_may_sleep();
	part = platform_user_read(to, from, size);
	memset(to + part, 0, size - part);
	return size - part;
}
EXPORT_SYMBOL(copy_from_user);

unsigned long clear_user(void __user *to, unsigned long size)
{
	static const char zeros[256];
	size_t part;

	kapi_may_sleep();
	while (size) {
		part = min(size, sizeof(zeros));
		if (platform_user_write(to, zeros, part) != part)
			break;
		to += part;
		size -= part;
	}
	return size;
}
EXPORT_SYMBOL(clear_user);

/* Up to the NUL, which it counts; how many bytes there are without one. `to`: NULL, or for `limit`. */
static long text_from_user(char *to, const char __user *from, long limit, bool *ends)
{
	char part[128];
	long done = 0;
	size_t got, length;

	*ends = false;
	while (done < limit && !*ends) {
		got = platform_user_read(part, from + done, min_t(size_t, limit - done, sizeof(part)));
		if (!got)
			break;
		length = strnlen(part, got);
		*ends = length < got;
		length += *ends;
		if (to)
			memcpy(to + done, part, length);
		done += length;
	}
	return done;
}

long strnlen_user(const char __user *s, long limit)
{
	bool ends;
	long size = text_from_user(NULL, s, limit, &ends);

	if (ends)
		return size;
	return size && size == limit ? limit + 1 : 0;	/* no end within the buffer is a bad address */
}
EXPORT_SYMBOL(strnlen_user);

long strncpy_from_user(char *to, const char __user *from, long size)
{
	bool ends;
	long length;

	if (size <= 0)
		return 0;
	length = text_from_user(to, from, size, &ends);
	if (ends)
		return length - 1;
	return length == size ? size : -EFAULT;
}
EXPORT_SYMBOL(strncpy_from_user);
