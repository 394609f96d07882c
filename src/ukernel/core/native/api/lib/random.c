// Random bytes: sdk/include/linux/random.h.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/string.h>

#include "api.h"

void get_random_bytes(void *to, size_t size)
{
	char *at = to;

	while (size) {
		unsigned char part[256];
		size_t count = min(size, sizeof(part));

		platform_random(part, count);
		memcpy(at, part, count);
		at += count;
		size -= count;
	}
}
EXPORT_SYMBOL(get_random_bytes);
