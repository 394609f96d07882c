// The calling process's memory: sdk/include/linux/uaccess.h.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/uaccess.h>

#include "api.h"

bool __access_ok(const void __user *p, unsigned long size)
{
	return !size || platform_user_range(p, size, 0) == size;
}
EXPORT_SYMBOL(__access_ok);

unsigned long copy_to_user(void __user *to, const void *from, unsigned long size)
{
	size_t part = platform_user_range(to, size, 1);

	kapi_may_sleep();
	if (part)
		memcpy(to, from, part);
	return size - part;
}
EXPORT_SYMBOL(copy_to_user);

unsigned long copy_from_user(void *to, const void __user *from, unsigned long size)
{
	size_t part = platform_user_range(from, size, 0);

	kapi_may_sleep();
	if (part)
		memcpy(to, from, part);
	if (part < size)
		memset(to + part, 0, size - part);
	return size - part;
}
EXPORT_SYMBOL(copy_from_user);

unsigned long clear_user(void __user *to, unsigned long size)
{
	size_t part = platform_user_range(to, size, 1);

	kapi_may_sleep();
	if (part)
		memset(to, 0, part);
	return size - part;
}
EXPORT_SYMBOL(clear_user);

long strnlen_user(const char __user *s, long limit)
{
	size_t part = limit > 0 ? platform_user_range(s, limit, 0) : 0;
	size_t length = strnlen(s, part);

	if (!part)
		return 0;
	if (length < part)
		return length + 1;
	return part < limit ? 0 : limit + 1;	/* no end within the buffer is a bad address */
}
EXPORT_SYMBOL(strnlen_user);

long strncpy_from_user(char *to, const char __user *from, long size)
{
	size_t part = size > 0 ? platform_user_range(from, size, 0) : 0;
	size_t length = strnlen(from, part);

	if (size <= 0)
		return 0;
	if (!part || (length == part && part < size))
		return -EFAULT;
	memcpy(to, from, length < part ? length + 1 : length);
	return length;
}
EXPORT_SYMBOL(strncpy_from_user);
