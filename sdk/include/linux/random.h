#ifndef _LINUX_RANDOM_H
#define _LINUX_RANDOM_H

#include <linux/types.h>

/** get_random_bytes - fills memory with random bytes. Context: any. Source: drivers/char/random.c. */
void get_random_bytes(void *to, size_t size);

static inline u32 get_random_u32(void)
{
	u32 value;

	get_random_bytes(&value, sizeof(value));
	return value;
}

static inline u64 get_random_u64(void)
{
	u64 value;

	get_random_bytes(&value, sizeof(value));
	return value;
}

#define get_random_u8() ((u8)get_random_u32())
#define get_random_u16() ((u16)get_random_u32())
#define get_random_int() get_random_u32()
#define get_random_long() ((unsigned long)get_random_u64())
#define prandom_u32() get_random_u32()
#define prandom_bytes(to, size) get_random_bytes(to, size)
/** get_random_u32_below, prandom_u32_max - 0 to limit - 1. */
#define get_random_u32_below(limit) ((u32)(((u64)get_random_u32() * (limit)) >> 32))
#define prandom_u32_max(limit) get_random_u32_below(limit)
/** wait_for_random_bytes - 0: there are always good ones. */
#define wait_for_random_bytes() 0

#endif
