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

static inline bool __test_and_set_bit(long n, volatile unsigned long *word)
{
	bool was = test_bit(n, word);

	__set_bit(n, word);
	return was;
}

static inline bool __test_and_clear_bit(long n, volatile unsigned long *word)
{
	bool was = test_bit(n, word);

	__clear_bit(n, word);
	return was;
}

static inline bool test_and_change_bit(long n, volatile unsigned long *word)
{
	return (__atomic_fetch_xor(word + BIT_WORD(n), BIT_MASK(n), __ATOMIC_SEQ_CST) & BIT_MASK(n)) != 0;
}

/* A bit as a lock: 1 if it was taken already; given back. */
#define test_and_set_bit_lock(n, word) test_and_set_bit(n, word)
#define clear_bit_unlock(n, word) clear_bit(n, word)

/* The first bit of that value at or behind `from`, in an array of `size` bits; size: there is none. */
static inline unsigned long __find_next(const unsigned long *word, unsigned long size,
					unsigned long from, unsigned long turn)
{
	for (; from < size; from = (BIT_WORD(from) + 1) * BITS_PER_LONG) {
		unsigned long rest = (word[BIT_WORD(from)] ^ turn) & (~0UL << (from % BITS_PER_LONG));

		if (rest) {
			from = BIT_WORD(from) * BITS_PER_LONG + __builtin_ctzl(rest);
			return from < size ? from : size;
		}
	}
	return size;
}

#define find_next_bit(word, size, from) __find_next(word, size, from, 0)
#define find_first_bit(word, size) find_next_bit(word, size, 0)
#define find_next_zero_bit(word, size, from) __find_next(word, size, from, ~0UL)
#define find_first_zero_bit(word, size) find_next_zero_bit(word, size, 0)
#define for_each_set_bit(n, word, size) \
	for ((n) = find_first_bit(word, size); (n) < (size); (n) = find_next_bit(word, size, (n) + 1))
#define for_each_clear_bit(n, word, size) \
	for ((n) = find_first_zero_bit(word, size); (n) < (size); (n) = find_next_zero_bit(word, size, (n) + 1))
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

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
