#ifndef _LINUX_KFIFO_H
#define _LINUX_KFIFO_H

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/*
 * A ring of elements of one type; their number is a power of two. One reader and one writer need no
 * lock. Context of all, but where said: any. Source: include/linux/kfifo.h, lib/kfifo.c.
 */
struct __kfifo {
	unsigned int in;	/* count without end; in - out is the fill */
	unsigned int out;
	unsigned int mask;	/* elements - 1 */
	unsigned int esize;
	void *data;
};

/* The type of the elements is told by `rectype`, which takes no room. */
#define __STRUCT_KFIFO(type, size) struct { struct __kfifo kfifo; type rectype[0]; type buf[size]; }
#define STRUCT_KFIFO(type, size) __STRUCT_KFIFO(type, size)
#define STRUCT_KFIFO_PTR(type) struct { struct __kfifo kfifo; type rectype[0]; type buf[0]; }
struct kfifo {
	struct __kfifo kfifo;
	unsigned char rectype[0];
	unsigned char buf[0];
};

#define DECLARE_KFIFO(name, type, size) STRUCT_KFIFO(type, size) name
#define DECLARE_KFIFO_PTR(name, type) STRUCT_KFIFO_PTR(type) name
#define DEFINE_KFIFO(name, type, size)						\
	DECLARE_KFIFO(name, type, size) = {					\
		.kfifo = { .mask = (size) - 1, .esize = sizeof(type), .data = &(name).buf } }
/** INIT_KFIFO - one of DECLARE_KFIFO(), empty. */
#define INIT_KFIFO(fifo) ((void)((fifo).kfifo = (struct __kfifo){			\
	.mask = ARRAY_SIZE((fifo).buf) - 1, .esize = sizeof(*(fifo).rectype), .data = (fifo).buf }))

int __kfifo_alloc(struct __kfifo *fifo, unsigned int elements, size_t esize, gfp_t gfp);
int __kfifo_init(struct __kfifo *fifo, void *buffer, unsigned int bytes, size_t esize);
void __kfifo_free(struct __kfifo *fifo);
unsigned int __kfifo_in(struct __kfifo *fifo, const void *from, unsigned int count);
unsigned int __kfifo_out(struct __kfifo *fifo, void *to, unsigned int count);
unsigned int __kfifo_peek(struct __kfifo *fifo, void *to, unsigned int count);
int __kfifo_from_user(struct __kfifo *fifo, const void __user *from, unsigned long bytes, unsigned int *copied);
int __kfifo_to_user(struct __kfifo *fifo, void __user *to, unsigned long bytes, unsigned int *copied);

/** kfifo_alloc - room for so many elements, rounded up to a power of two: 0, -EINVAL below 2,
 * -ENOMEM. As kmalloc. kfifo_init: the same in memory of the caller's, rounded down. kfifo_free. */
#define kfifo_alloc(fifo, size, gfp) __kfifo_alloc(&(fifo)->kfifo, size, sizeof(*(fifo)->rectype), gfp)
#define kfifo_init(fifo, buffer, size) __kfifo_init(&(fifo)->kfifo, buffer, size, sizeof(*(fifo)->rectype))
#define kfifo_free(fifo) __kfifo_free(&(fifo)->kfifo)
#define kfifo_initialized(fifo) ((fifo)->kfifo.mask != 0)
#define kfifo_esize(fifo) ((fifo)->kfifo.esize)
/* All in elements. */
#define kfifo_size(fifo) ((fifo)->kfifo.mask + 1)
#define kfifo_len(fifo) (smp_load_acquire(&(fifo)->kfifo.in) - smp_load_acquire(&(fifo)->kfifo.out))
#define kfifo_avail(fifo) (kfifo_size(fifo) - kfifo_len(fifo))
#define kfifo_is_empty(fifo) (kfifo_len(fifo) == 0)
#define kfifo_is_full(fifo) (kfifo_avail(fifo) == 0)
#define kfifo_reset(fifo) ((void)((fifo)->kfifo.in = (fifo)->kfifo.out = 0))
#define kfifo_reset_out(fifo) ((void)((fifo)->kfifo.out = (fifo)->kfifo.in))
#define kfifo_skip(fifo) ((void)(kfifo_is_empty(fifo) || (fifo)->kfifo.out++))
/** kfifo_put(fifo, value), kfifo_get, kfifo_peek(fifo, pointer) - one: 1, or 0 if it is full, empty. */
#define kfifo_put(fifo, value) ({					\
	typeof(*(fifo)->rectype) __element = (value);			\
	__kfifo_in(&(fifo)->kfifo, &__element, 1); })
#define kfifo_get(fifo, value) __kfifo_out(&(fifo)->kfifo, value, 1)
#define kfifo_peek(fifo, value) __kfifo_peek(&(fifo)->kfifo, value, 1)
/** kfifo_in, kfifo_out, kfifo_out_peek - at most n: how many. _spinlocked: under that lock. */
#define kfifo_in(fifo, from, n) __kfifo_in(&(fifo)->kfifo, from, n)
#define kfifo_out(fifo, to, n) __kfifo_out(&(fifo)->kfifo, to, n)
#define kfifo_out_peek(fifo, to, n) __kfifo_peek(&(fifo)->kfifo, to, n)
#define kfifo_in_spinlocked(fifo, from, n, lock) ({			\
	unsigned int __done;						\
	spin_lock(lock);						\
	__done = kfifo_in(fifo, from, n);				\
	spin_unlock(lock);						\
	__done; })
#define kfifo_out_spinlocked(fifo, to, n, lock) ({			\
	unsigned int __done;						\
	spin_lock(lock);						\
	__done = kfifo_out(fifo, to, n);				\
	spin_unlock(lock);						\
	__done; })
#define kfifo_in_locked(fifo, from, n, lock) kfifo_in_spinlocked(fifo, from, n, lock)
#define kfifo_out_locked(fifo, to, n, lock) kfifo_out_spinlocked(fifo, to, n, lock)
/** kfifo_from_user, kfifo_to_user - whole elements of so many bytes; *copied: the bytes. 0, -EFAULT. */
#define kfifo_from_user(fifo, from, bytes, copied) __kfifo_from_user(&(fifo)->kfifo, from, bytes, copied)
#define kfifo_to_user(fifo, to, bytes, copied) __kfifo_to_user(&(fifo)->kfifo, to, bytes, copied)

#endif
