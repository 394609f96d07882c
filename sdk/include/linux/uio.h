#ifndef _LINUX_UIO_H
#define _LINUX_UIO_H

#include <linux/types.h>

/*
 * Where the bytes of a read or a write go to or come from: memory of the calling process or of the
 * kernel, in one piece or in several, and how far one has got. Source: include/linux/uio.h,
 * lib/iov_iter.c.
 */
struct iovec {
	void __user *iov_base;
	size_t iov_len;
};

struct kvec {
	void *iov_base;
	size_t iov_len;
};

/* Which way: the bytes are the iterator's (a write), or go to it (a read). */
#define ITER_SOURCE 1
#define ITER_DEST 0

struct iov_iter {
	bool data_source;
	bool kernel;		/* memory of the kernel: kvec */
	size_t iov_offset;	/* in the first segment */
	size_t count;		/* bytes that are left */
	union {
		const struct iovec *iov;
		const struct kvec *kvec;
	};
	unsigned long nr_segs;	/* that are left */
};

/** iov_iter_init, iov_iter_kvec - over `count` bytes of the segments, which stay the caller's. */
void iov_iter_init(struct iov_iter *iter, unsigned int direction, const struct iovec *iov,
		   unsigned long segments, size_t count);
void iov_iter_kvec(struct iov_iter *iter, unsigned int direction, const struct kvec *kvec,
		   unsigned long segments, size_t count);

static inline size_t iov_iter_count(const struct iov_iter *iter)
{
	return iter->count;
}

/* READ or WRITE */
static inline unsigned char iov_iter_rw(const struct iov_iter *iter)
{
	return iter->data_source;
}

static inline bool iov_iter_is_kvec(const struct iov_iter *iter)
{
	return iter->kernel;
}

/** iov_iter_truncate - leaves at most `count` bytes; iov_iter_reexpand - sets how many are left. */
static inline void iov_iter_truncate(struct iov_iter *iter, u64 count)
{
	if (iter->count > count)
		iter->count = count;
}

static inline void iov_iter_reexpand(struct iov_iter *iter, size_t count)
{
	iter->count = count;
}

/** iov_iter_advance - passes over `size` bytes, at most those that are left. */
void iov_iter_advance(struct iov_iter *iter, size_t size);

/**
 * copy_to_iter, copy_from_iter, iov_iter_zero - the next `size` bytes
 *
 * Return how many there were, which the iterator has passed then: fewer at its end and at a bad
 * address; 0, with a warning, for an iterator of the other direction. Context: may sleep.
 */
size_t copy_to_iter(const void *from, size_t size, struct iov_iter *iter);
size_t __must_check copy_from_iter(void *to, size_t size, struct iov_iter *iter);
size_t iov_iter_zero(size_t size, struct iov_iter *iter);
/** copy_from_iter_full - all of them (true), or none: the iterator stays where it is then. */
bool __must_check copy_from_iter_full(void *to, size_t size, struct iov_iter *iter);

#endif
