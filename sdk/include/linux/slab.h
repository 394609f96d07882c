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

/*
 * Caches of objects of one size. Source: mm/slab_common.c.
 */
struct kmem_cache;

#define SLAB_HWCACHE_ALIGN 0x2000u
#define SLAB_PANIC 0x40000u
#define SLAB_RECLAIM_ACCOUNT 0x20000u
#define SLAB_ACCOUNT 0x4000000u
#define SLAB_POISON 0x800u
#define SLAB_RED_ZONE 0x400u

/**
 * kmem_cache_create - a cache; `constructor` (or NULL) makes each object that it gives out new
 *
 * align: of the objects, 0: as kmalloc. NULL if there is no memory. Context: may sleep.
 */
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*constructor)(void *object));
#define KMEM_CACHE(its_struct, flags) \
	kmem_cache_create(#its_struct, sizeof(struct its_struct), __alignof__(struct its_struct), flags, NULL)
/** kmem_cache_destroy - ends it; objects that are left are complained of. NULL is fine. May sleep. */
void kmem_cache_destroy(struct kmem_cache *cache);
/** kmem_cache_alloc - an object, zalloc: cleared. NULL if there is no memory. Context: as kmalloc. */
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp) __malloc;
void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp) __malloc;
/** kmem_cache_free - gives it back. One of another cache ends the call as BUG() does. Context: any. */
void kmem_cache_free(struct kmem_cache *cache, void *object);
unsigned int kmem_cache_size(struct kmem_cache *cache);
#define kmem_cache_shrink(cache) ((void)(cache), 0)

#define kmalloc_node(size, gfp, node) kmalloc(size, gfp)
#define kzalloc_node(size, gfp, node) kzalloc(size, gfp)

#endif
