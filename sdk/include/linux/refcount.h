#ifndef _LINUX_REFCOUNT_H
#define _LINUX_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/bug.h>

/* A count of references: what would bring it back from 0, or below, is warned about. Context: any.
 * Source: include/linux/refcount.h. */
typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n) { .refs = ATOMIC_INIT(n) }

static inline void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

static inline unsigned int refcount_read(const refcount_t *r)
{
	return atomic_read(&r->refs);
}

static inline bool __must_check refcount_inc_not_zero(refcount_t *r)
{
	return atomic_inc_not_zero(&r->refs);
}

static inline void refcount_inc(refcount_t *r)
{
	WARN(atomic_fetch_inc(&r->refs) <= 0, "refcount_t: addition on 0; use-after-free.\n");
}

static inline bool __must_check refcount_dec_and_test(refcount_t *r)
{
	int before = atomic_fetch_dec(&r->refs);

	WARN(before <= 0, "refcount_t: underflow; use-after-free.\n");
	return before == 1;
}

static inline void refcount_dec(refcount_t *r)
{
	WARN(atomic_fetch_dec(&r->refs) <= 1, "refcount_t: decrement hit 0; leaking memory.\n");
}

#endif
