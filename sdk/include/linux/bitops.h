#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <linux/bits.h>
#include <linux/types.h>

/* Bits of an array of unsigned long. Those without __ are atomic and fully ordered. */
static inline void set_bit(long n, volatile unsigned long *word)
{
	__atomic_fetch_or(word + BIT_WORD(n), BIT_MASK(n), __ATOMIC_SEQ_CST);
}

static inline void clear_bit(long n, volatile unsigned long *word)
{
	__atomic_fetch_and(word + BIT_WORD(n), ~BIT_MASK(n), __ATOMIC_SEQ_CST);
}

static inline void change_bit(long n, volatile unsigned long *word)
{
	__atomic_fetch_xor(word + BIT_WORD(n), BIT_MASK(n), __ATOMIC_SEQ_CST);
}

static inline bool test_bit(long n, const volatile unsigned long *word)
{
	return (word[BIT_WORD(n)] & BIT_MASK(n)) != 0;
}

static inline bool test_and_set_bit(long n, volatile unsigned long *word)
{
	return (__atomic_fetch_or(word + BIT_WORD(n), BIT_MASK(n), __ATOMIC_SEQ_CST) & BIT_MASK(n)) != 0;
}

static inline bool test_and_clear_bit(long n, volatile unsigned long *word)
{
	return (__atomic_fetch_and(word + BIT_WORD(n), ~BIT_MASK(n), __ATOMIC_SEQ_CST) & BIT_MASK(n)) != 0;
}

static inline void __set_bit(long n, volatile unsigned long *word)
{
	word[BIT_WORD(n)] |= BIT_MASK(n);
}

static inline void __clear_bit(long n, volatile unsigned long *word)
{
	word[BIT_WORD(n)] &= ~BIT_MASK(n);
}

/* Numbers of bits; __ffs and __fls want x != 0 and count from 0, ffs, fls and fls64 count from 1. */
#define __ffs(x) ((unsigned long)__builtin_ctzl(x))
#define __fls(x) ((unsigned long)(63 - __builtin_clzl(x)))
#define ffs(x) __builtin_ffs(x)
#define fls(x) ({ unsigned int __f = (x); __f ? 32 - __builtin_clz(__f) : 0; })
#define fls64(x) ({ u64 __f = (x); __f ? 64 - __builtin_clzll(__f) : 0; })
#define hweight8(x) __builtin_popcount((u8)(x))
#define hweight16(x) __builtin_popcount((u16)(x))
#define hweight32(x) __builtin_popcount(x)
#define hweight64(x) __builtin_popcountll(x)
#define hweight_long(x) __builtin_popcountl(x)

#endif
