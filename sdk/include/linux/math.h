#ifndef _LINUX_MATH_H
#define _LINUX_MATH_H

/* Rounding; round_up, round_down and ALIGN want a power of two. */
#define __round_mask(x, y) ((typeof(x))((y) - 1))
#define round_up(x, y) ((((x) - 1) | __round_mask(x, y)) + 1)
#define round_down(x, y) ((x) & ~__round_mask(x, y))
#define roundup(x, y) ({ typeof(y) __y = (y); (((x) + (__y - 1)) / __y) * __y; })
#define rounddown(x, y) ({ typeof(x) __x = (x); __x - (__x % (y)); })
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define DIV_ROUND_UP_ULL(n, d) DIV_ROUND_UP((unsigned long long)(n), (unsigned long long)(d))
#define DIV_ROUND_CLOSEST(n, d) (((n) + (d) / 2) / (d))
#define abs(x) ({ typeof(x) __abs = (x); __abs < 0 ? -__abs : __abs; })

#define ALIGN(x, a) round_up(x, (typeof(x))(a))
#define ALIGN_DOWN(x, a) round_down(x, (typeof(x))(a))
#define IS_ALIGNED(x, a) (((x) & ((typeof(x))(a) - 1)) == 0)
#define PTR_ALIGN(p, a) ((typeof(p))ALIGN((unsigned long)(p), (a)))

/* n /= base (a u64 variable); the remainder is the value. */
#define do_div(n, base) ({ u32 __r = (n) % (u32)(base); (n) /= (u32)(base); __r; })
#define div_u64(n, d) ((u64)(n) / (u32)(d))
#define div64_u64(n, d) ((u64)(n) / (u64)(d))

#endif
