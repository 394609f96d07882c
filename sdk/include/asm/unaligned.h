#ifndef _ASM_UNALIGNED_H
#define _ASM_UNALIGNED_H

#include <linux/types.h>

/* Numbers of a format's byte order, at any address. Context: any. Source: include/asm-generic/unaligned.h. */

static inline u16 get_unaligned_be16(const void *p)
{
	const u8 *byte = p;

	return byte[0] << 8 | byte[1];
}

static inline u32 get_unaligned_be24(const void *p)
{
	const u8 *byte = p;

	return byte[0] << 16 | get_unaligned_be16(byte + 1);
}

static inline u32 get_unaligned_be32(const void *p)
{
	const u8 *byte = p;

	return (u32)get_unaligned_be16(byte) << 16 | get_unaligned_be16(byte + 2);
}

static inline void put_unaligned_be16(u16 value, void *p)
{
	u8 *byte = p;

	byte[0] = value >> 8;
	byte[1] = value;
}

static inline void put_unaligned_be24(u32 value, void *p)
{
	u8 *byte = p;

	byte[0] = value >> 16;
	put_unaligned_be16(value, byte + 1);
}

static inline void put_unaligned_be32(u32 value, void *p)
{
	u8 *byte = p;

	put_unaligned_be16(value >> 16, byte);
	put_unaligned_be16(value, byte + 2);
}

#endif
