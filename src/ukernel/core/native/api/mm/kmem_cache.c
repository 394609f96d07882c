// Caches of objects: sdk/include/linux/slab.h; and per-CPU memory: percpu.h.
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "api.h"

struct kmem_cache {
	unsigned int size;
	unsigned int align;
	void (*constructor)(void *object);
	atomic_t objects;
	char name[64];
};

static int take_away_block(void *block)
{
	return platform_free(block);
}

static const struct owned_kind owned_object = {
	.one = "object of kmem_cache",
	.many = "objects of kmem_cache",
	.fate = "freed",
	.order = OWNED_HOLDS,
	.take_away = take_away_block,
};

static const struct owned_kind owned_cache = {
	.one = "kmem_cache",
	.many = "kmem_caches",
	.fate = "destroyed",
	.order = OWNED_HOLDS,
	.take_away = take_away_block,
};

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*constructor)(void *object))
{
	unsigned int line = flags & SLAB_HWCACHE_ALIGN ? 64 : ARCH_KMALLOC_MINALIGN;
	struct kmem_cache *cache;

	kapi_may_sleep();
	if (!size || size > KMALLOC_MAX_SIZE || (align && !is_power_of_2(align)))
		return NULL;
	cache = platform_alloc(sizeof(*cache), ARCH_KMALLOC_MINALIGN, true);
	if (!cache)
		return NULL;
	cache->size = size;
	cache->align = max(align, line);
	cache->constructor = constructor;
	strscpy(cache->name, name, sizeof(cache->name));
	owned_acquire(&owned_cache, cache, cache->name, NULL, 0);
	return cache;
}
EXPORT_SYMBOL(kmem_cache_create);

void kmem_cache_destroy(struct kmem_cache *cache)
{
	kapi_may_sleep();
	if (!cache)
		return;
	if (atomic_read(&cache->objects)) {
		pr_err("kmem_cache_destroy %s: Slab cache still has objects when called from %pS\n",
		       cache->name, __builtin_return_address(0));
		kapi_log_backtrace(KERN_ERR, 1);
	}
	owned_release(&owned_cache, cache);
	platform_free(cache);
}
EXPORT_SYMBOL(kmem_cache_destroy);

/* Behind each object stands its cache: it tells objects of others, and what was written too far. */
static struct kmem_cache **mark_of(const struct kmem_cache *cache, void *object)
{
	return (struct kmem_cache **)((char *)object + ALIGN(cache->size, 8));
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	void *object;

	if (gfpflags_allow_blocking(gfp))
		kapi_may_sleep();
	object = platform_alloc(ALIGN(cache->size, 8) + sizeof(cache), cache->align, (gfp & __GFP_ZERO) != 0);
	if (!object)
		return NULL;
	*mark_of(cache, object) = cache;
	atomic_inc(&cache->objects);
	owned_acquire(&owned_object, object, cache->name, NULL, cache->size);
	if (cache->constructor)
		cache->constructor(object);
	return object;
}
EXPORT_SYMBOL(kmem_cache_alloc);

void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp)
{
	return kmem_cache_alloc(cache, gfp | __GFP_ZERO);
}
EXPORT_SYMBOL(kmem_cache_zalloc);

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	if (!object)
		return;
	if (platform_block_size(object) < (long)cache->size)
		kapi_bug("kmem_cache_free: %px is no object, or was freed before", object);
	if (*mark_of(cache, object) != cache)
		kapi_bug("kmem_cache_free: %px is no object of %s, or was written to behind its end",
			 object, cache->name);
	atomic_dec(&cache->objects);
	owned_release(&owned_object, object);
	platform_free(object);
}
EXPORT_SYMBOL(kmem_cache_free);

unsigned int kmem_cache_size(struct kmem_cache *cache)
{
	return cache->size;
}
EXPORT_SYMBOL(kmem_cache_size);

void *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	return kzalloc(round_up(size, max(align, (size_t)ARCH_KMALLOC_MINALIGN)), gfp);
}
EXPORT_SYMBOL(__alloc_percpu_gfp);

void free_percpu(void *p)
{
	kfree(p);
}
EXPORT_SYMBOL(free_percpu);
