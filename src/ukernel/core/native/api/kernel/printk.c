// The log: sdk/include/linux/printk.h.
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "api.h"

#define RECORD_SIZE 1024
#define DEFAULT_LEVEL 4

int vprintk(const char *fmt, va_list args)
{
	char record[RECORD_SIZE];
	const char *text = record;
	int level = DEFAULT_LEVEL, continuation = 0;
	size_t length = vscnprintf(record, sizeof(record), fmt, args);

	/* Several levels may stand in front of each other: the outermost counts. */
	for (bool first = true; length >= 2 && text[0] == KERN_SOH_ASCII; first = false) {
		if (text[1] == 'c')
			continuation = 1;
		else if (text[1] >= '0' && text[1] <= '7' && first)
			level = text[1] - '0';
		text += 2;
		length -= 2;
	}
	platform_log(level, text, length && text[length - 1] == '\n' ? length - 1 : length,
		     continuation);
	return length;
}
EXPORT_SYMBOL(vprintk);

int _printk(const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = vprintk(fmt, args);
	va_end(args);
	return length;
}
EXPORT_SYMBOL(_printk);

static u64 number_of(const u8 *bytes, int size)
{
	u64 value = 0;

	while (size--)
		value = value << 8 | bytes[size];
	return value;
}

void print_hex_dump(const char *level, const char *prefix, int prefix_type, int rowsize,
		    int groupsize, const void *buffer, size_t length, bool ascii)
{
	const u8 *bytes = buffer;
	size_t row, at;

	if (rowsize != 32)
		rowsize = 16;
	if (groupsize != 2 && groupsize != 4 && groupsize != 8)
		groupsize = 1;
	for (row = 0; row < length; row += rowsize) {
		size_t end = min(row + rowsize, length);
		char line[200];
		int n = 0;

		for (at = row; at < end; at += groupsize) {
			int part = min_t(size_t, groupsize, end - at);

			n += scnprintf(line + n, sizeof(line) - n, "%s%0*llx", at > row ? " " : "",
				       part * 2, number_of(bytes + at, part));
		}
		if (ascii) {
			int column = rowsize * 2 + rowsize / groupsize + 1;

			n += scnprintf(line + n, sizeof(line) - n, "%*s", column - n, "");
			for (at = row; at < end; at++)
				n += scnprintf(line + n, sizeof(line) - n, "%c",
					       isprint(bytes[at]) ? bytes[at] : '.');
		}
		if (prefix_type == DUMP_PREFIX_ADDRESS)
			printk("%s%s%px: %s\n", level, prefix, bytes + row, line);
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			printk("%s%s%.8zx: %s\n", level, prefix, row, line);
		else
			printk("%s%s%s\n", level, prefix, line);
	}
}
EXPORT_SYMBOL(print_hex_dump);
