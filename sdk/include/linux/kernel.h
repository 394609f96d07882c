#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/stdarg.h>
#include <linux/types.h>
#include <linux/limits.h>
#include <linux/compiler.h>
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/container_of.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/stringify.h>

#define ARRAY_SIZE(array) \
	(sizeof(array) / sizeof((array)[0]) + BUILD_BUG_ON_ZERO(!__is_array(array)))

#define upper_32_bits(n) ((u32)((u64)(n) >> 32))
#define lower_32_bits(n) ((u32)(n))

/* Says that the code here may sleep: complained of if a spinlock is held. Source: kernel/sched/core.c. */
void __might_sleep(const char *file, int line);
#define might_sleep() __might_sleep(__FILE__, __LINE__)
#define might_sleep_if(condition) do { if (condition) might_sleep(); } while (0)

#define READ 0
#define WRITE 1

#endif
