#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/types.h>

/* What kmalloc(0) gives: not NULL, not to be accessed, and fine for kfree(). */
#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)

#define KMALLOC_MAX_SIZE (4ul << 20)
#define ARCH_KMALLOC_MINALIGN 8

/**
 * kmalloc - memory, not cleared; NULL if there is none or size is above KMALLOC_MAX_SIZE
 *
 * Aligned to 8 bytes, to the size itself where that is a power of two (up to a page).
 * Context: may sleep if gfp allows it (GFP_KERNEL); GFP_ATOMIC anywhere. Free with kfree().
 * Source: mm/slab_common.c.
 */
void *kmalloc(size_t size, gfp_t gfp) __malloc;

/** kzalloc - kmalloc, cleared to zero. */
void *kzalloc(size_t size, gfp_t gfp) __malloc;

/** kmalloc_array, kcalloc - n elements of size bytes, NULL if n * size overflows; kcalloc clears. */
void *kmalloc_array(size_t n, size_t size, gfp_t gfp) __malloc;
void *kcalloc(size_t n, size_t size, gfp_t gfp) __malloc;

/**
 * krealloc - the block grown or shrunk, perhaps elsewhere; NULL (and the old block stays) if there
 * is no memory. krealloc(NULL, ..) is kmalloc, size 0 frees.
 */
void * __must_check krealloc(const void *block, size_t size, gfp_t gfp);
void * __must_check krealloc_array(void *block, size_t n, size_t size, gfp_t gfp);

/**
 * kfree - gives a block back; NULL is fine. Context: any.
 * A pointer that is no block (never allocated, or freed already) ends the call as BUG() does.
 */
void kfree(const void *block);

/** kfree_sensitive - kfree, and the content is cleared first. */
void kfree_sensitive(const void *block);

/** ksize - how many bytes may be used of a block: those that were asked for. */
size_t ksize(const void *block);

/* As kmalloc, but any size up to INT_MAX, and page-aligned where it is large. May sleep. */
void *kvmalloc(size_t size, gfp_t gfp) __malloc;
void *kvzalloc(size_t size, gfp_t gfp) __malloc;
void *kvmalloc_array(size_t n, size_t size, gfp_t gfp) __malloc;
void *kvcalloc(size_t n, size_t size, gfp_t gfp) __malloc;
void kvfree(const void *block);

#define kmalloc_node(size, gfp, node) kmalloc(size, gfp)
#define kzalloc_node(size, gfp, node) kzalloc(size, gfp)

#endif
