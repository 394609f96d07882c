#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <linux/compiler.h>
#include <linux/types.h>

/*
 * Numbers that all processors may change. Operations that give a value are fully ordered.
 * Context: any. Source: Documentation/atomic_t.txt.
 */
#define ATOMIC_INIT(value) { (value) }
#define ATOMIC64_INIT(value) { (value) }

#define __ATOMIC_OPERATIONS(prefix, type, number)						\
static inline number prefix##_read(const type *v)						\
{												\
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);					\
}												\
static inline number prefix##_read_acquire(const type *v)					\
{												\
	return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);					\
}												\
static inline void prefix##_set(type *v, number value)						\
{												\
	__atomic_store_n(&v->counter, value, __ATOMIC_RELAXED);					\
}												\
static inline void prefix##_set_release(type *v, number value)					\
{												\
	__atomic_store_n(&v->counter, value, __ATOMIC_RELEASE);					\
}												\
static inline number prefix##_add_return(number n, type *v)					\
{												\
	return __atomic_add_fetch(&v->counter, n, __ATOMIC_SEQ_CST);				\
}												\
static inline number prefix##_sub_return(number n, type *v)					\
{												\
	return __atomic_sub_fetch(&v->counter, n, __ATOMIC_SEQ_CST);				\
}												\
static inline number prefix##_fetch_add(number n, type *v)					\
{												\
	return __atomic_fetch_add(&v->counter, n, __ATOMIC_SEQ_CST);				\
}												\
static inline number prefix##_fetch_sub(number n, type *v)					\
{												\
	return __atomic_fetch_sub(&v->counter, n, __ATOMIC_SEQ_CST);				\
}												\
static inline number prefix##_fetch_or(number n, type *v)					\
{												\
	return __atomic_fetch_or(&v->counter, n, __ATOMIC_SEQ_CST);				\
}												\
static inline number prefix##_fetch_and(number n, type *v)					\
{												\
	return __atomic_fetch_and(&v->counter, n, __ATOMIC_SEQ_CST);				\
}												\
static inline number prefix##_fetch_xor(number n, type *v)					\
{												\
	return __atomic_fetch_xor(&v->counter, n, __ATOMIC_SEQ_CST);				\
}												\
static inline number prefix##_xchg(type *v, number value)					\
{												\
	return __atomic_exchange_n(&v->counter, value, __ATOMIC_SEQ_CST);			\
}												\
/* Stores value if v is `old`; gives what v was. */						\
static inline number prefix##_cmpxchg(type *v, number old, number value)			\
{												\
	__atomic_compare_exchange_n(&v->counter, &old, value, 0, __ATOMIC_SEQ_CST,		\
				    __ATOMIC_SEQ_CST);						\
	return old;										\
}												\
/* The same; true if it was stored, else *old is what v is. */					\
static inline bool prefix##_try_cmpxchg(type *v, number *old, number value)			\
{												\
	return __atomic_compare_exchange_n(&v->counter, old, value, 0, __ATOMIC_SEQ_CST,	\
					   __ATOMIC_SEQ_CST);					\
}												\
/* Adds n unless v is `not`; gives what v was. */						\
static inline number prefix##_fetch_add_unless(type *v, number n, number not)			\
{												\
	number old = prefix##_read(v);								\
	while (old != not && !prefix##_try_cmpxchg(v, &old, old + n))				\
		;										\
	return old;										\
}												\
static inline void prefix##_add(number n, type *v) { (void)prefix##_fetch_add(n, v); }		\
static inline void prefix##_sub(number n, type *v) { (void)prefix##_fetch_sub(n, v); }		\
static inline void prefix##_inc(type *v) { (void)prefix##_fetch_add(1, v); }			\
static inline void prefix##_dec(type *v) { (void)prefix##_fetch_sub(1, v); }			\
static inline void prefix##_or(number n, type *v) { (void)prefix##_fetch_or(n, v); }		\
static inline void prefix##_and(number n, type *v) { (void)prefix##_fetch_and(n, v); }		\
static inline void prefix##_xor(number n, type *v) { (void)prefix##_fetch_xor(n, v); }		\
static inline number prefix##_inc_return(type *v) { return prefix##_add_return(1, v); }		\
static inline number prefix##_dec_return(type *v) { return prefix##_sub_return(1, v); }		\
static inline number prefix##_fetch_inc(type *v) { return prefix##_fetch_add(1, v); }		\
static inline number prefix##_fetch_dec(type *v) { return prefix##_fetch_sub(1, v); }		\
static inline bool prefix##_inc_and_test(type *v) { return prefix##_add_return(1, v) == 0; }	\
static inline bool prefix##_dec_and_test(type *v) { return prefix##_sub_return(1, v) == 0; }	\
static inline bool prefix##_sub_and_test(number n, type *v) { return prefix##_sub_return(n, v) == 0; } \
static inline bool prefix##_add_negative(number n, type *v) { return prefix##_add_return(n, v) < 0; } \
static inline bool prefix##_add_unless(type *v, number n, number not)				\
{												\
	return prefix##_fetch_add_unless(v, n, not) != not;					\
}												\
static inline bool prefix##_inc_not_zero(type *v) { return prefix##_add_unless(v, 1, 0); }	\
static inline number prefix##_dec_if_positive(type *v)						\
{												\
	number old = prefix##_read(v);								\
	while (old > 0 && !prefix##_try_cmpxchg(v, &old, old - 1))				\
		;										\
	return old - 1;										\
}

__ATOMIC_OPERATIONS(atomic, atomic_t, int)
__ATOMIC_OPERATIONS(atomic64, atomic64_t, s64)

typedef atomic64_t atomic_long_t;
#define ATOMIC_LONG_INIT(value) ATOMIC64_INIT(value)
#define atomic_long_read(v) ((long)atomic64_read(v))
#define atomic_long_set(v, value) atomic64_set(v, value)
#define atomic_long_add(n, v) atomic64_add(n, v)
#define atomic_long_sub(n, v) atomic64_sub(n, v)
#define atomic_long_inc(v) atomic64_inc(v)
#define atomic_long_dec(v) atomic64_dec(v)
#define atomic_long_inc_return(v) ((long)atomic64_inc_return(v))
#define atomic_long_dec_return(v) ((long)atomic64_dec_return(v))
#define atomic_long_add_return(n, v) ((long)atomic64_add_return(n, v))

/* On any variable of 1, 2, 4 or 8 bytes. */
#define xchg(p, value) __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST)
#define cmpxchg(p, old, value) ({							\
	typeof(*(p)) __old = (old);							\
	__atomic_compare_exchange_n(p, &__old, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
	__old; })

#endif
