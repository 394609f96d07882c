// Memory: sdk/include/linux/slab.h, vmalloc.h, and the copies of string.h.
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "api.h"

static int free_left_behind(void *block)
{
	return platform_free(block);
}

static const struct owned_kind memory = {
	.one = "block of memory",
	.many = "blocks of memory",
	.fate = "freed",
	.order = OWNED_HOLDS,
	.take_away = free_left_behind,
};

static void *allocate(size_t size, size_t alignment, gfp_t gfp)
{
	void *block;

	if (gfpflags_allow_blocking(gfp))
		kapi_may_sleep();
	block = platform_alloc(size, alignment, (gfp & __GFP_ZERO) != 0);
	if (block)
		owned_acquire(&memory, block, NULL, NULL, size);
	return block;
}

static size_t block_size(const void *block)
{
	long size = platform_block_size(block);

	if (size < 0)
		kapi_bug("%px is no allocated memory", block);
	return size;
}

static void give_back(const char *function, const void *block)
{
	const void *held;

	if (ZERO_OR_NULL_PTR(block))
		return;
	held = platform_lock_within(block, max(platform_block_size(block), 0L));
	if (held) {
		pr_err("BUG: held lock freed: %s of a block with the lock %px in it\n", function, held);
		platform_log_locks(3);
		kapi_log_backtrace(KERN_ERR, 1);
	}
	owned_release(&memory, block);
	if (platform_free(block) < 0)
		kapi_bug("%s: %px is no allocated memory, or was freed before", function, block);
}

void *kmalloc(size_t size, gfp_t gfp)
{
	size_t alignment = ARCH_KMALLOC_MINALIGN;

	if (!size)
		return ZERO_SIZE_PTR;
	if (size > KMALLOC_MAX_SIZE)
		return NULL;
	/* From a page on, the pages are its own: they may be mapped. */
	if (size >= PAGE_SIZE)
		alignment = PAGE_SIZE;
	else if (is_power_of_2(size) && size > alignment)
		alignment = size;
	return allocate(size, alignment, gfp);
}
EXPORT_SYMBOL(kmalloc);

void *kzalloc(size_t size, gfp_t gfp)
{
	return kmalloc(size, gfp | __GFP_ZERO);
}
EXPORT_SYMBOL(kzalloc);

void *kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	return kmalloc(array_size(n, size), gfp);
}
EXPORT_SYMBOL(kmalloc_array);

void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kzalloc(array_size(n, size), gfp);
}
EXPORT_SYMBOL(kcalloc);

void *krealloc(const void *block, size_t size, gfp_t gfp)
{
	size_t before;
	void *fresh;

	if (!size) {
		kfree(block);
		return ZERO_SIZE_PTR;
	}
	if (ZERO_OR_NULL_PTR(block))
		return kmalloc(size, gfp);
	before = block_size(block);
	fresh = kmalloc(size, gfp);
	if (!fresh)
		return NULL;
	memcpy(fresh, block, min(before, size));
	kfree(block);
	return fresh;
}
EXPORT_SYMBOL(krealloc);

void *krealloc_array(void *block, size_t n, size_t size, gfp_t gfp)
{
	return krealloc(block, array_size(n, size), gfp);
}
EXPORT_SYMBOL(krealloc_array);

void kfree(const void *block)
{
	give_back("kfree", block);
}
EXPORT_SYMBOL(kfree);

void kfree_sensitive(const void *block)
{
	if (!ZERO_OR_NULL_PTR(block))
		memzero_explicit((void *)block, block_size(block));
	give_back("kfree_sensitive", block);
}
EXPORT_SYMBOL(kfree_sensitive);

size_t ksize(const void *block)
{
	return ZERO_OR_NULL_PTR(block) ? 0 : block_size(block);
}
EXPORT_SYMBOL(ksize);

void *kvmalloc(size_t size, gfp_t gfp)
{
	if (size > INT_MAX)
		return NULL;
	if (!size)
		return ZERO_SIZE_PTR;
	return allocate(size, size >= PAGE_SIZE ? PAGE_SIZE : ARCH_KMALLOC_MINALIGN, gfp);
}
EXPORT_SYMBOL(kvmalloc);

void *kvzalloc(size_t size, gfp_t gfp)
{
	return kvmalloc(size, gfp | __GFP_ZERO);
}
EXPORT_SYMBOL(kvzalloc);

void *kvmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	return kvmalloc(array_size(n, size), gfp);
}
EXPORT_SYMBOL(kvmalloc_array);

void *kvcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kvzalloc(array_size(n, size), gfp);
}
EXPORT_SYMBOL(kvcalloc);

void kvfree(const void *block)
{
	give_back("kvfree", block);
}
EXPORT_SYMBOL(kvfree);

void *vmalloc(unsigned long size)
{
	return size && size <= LONG_MAX ? allocate(size, PAGE_SIZE, GFP_KERNEL) : NULL;
}
EXPORT_SYMBOL(vmalloc);

void *vzalloc(unsigned long size)
{
	return size && size <= LONG_MAX ? allocate(size, PAGE_SIZE, GFP_KERNEL | __GFP_ZERO) : NULL;
}
EXPORT_SYMBOL(vzalloc);

void *vmalloc_user(unsigned long size)
{
	return vzalloc(size);
}
EXPORT_SYMBOL(vmalloc_user);

void vfree(const void *block)
{
	give_back("vfree", block);
}
EXPORT_SYMBOL(vfree);

void *kmemdup(const void *from, size_t size, gfp_t gfp)
{
	void *to = kmalloc(size, gfp);

	return to ? memcpy(to, from, size) : NULL;
}
EXPORT_SYMBOL(kmemdup);

char *kmemdup_nul(const char *s, size_t size, gfp_t gfp)
{
	char *to;

	if (!s)
		return NULL;
	to = kmalloc(size + 1, gfp);
	if (!to)
		return NULL;
	memcpy(to, s, size);
	to[size] = 0;
	return to;
}
EXPORT_SYMBOL(kmemdup_nul);

char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? kmemdup_nul(s, strlen(s), gfp) : NULL;
}
EXPORT_SYMBOL(kstrdup);

char *kstrndup(const char *s, size_t limit, gfp_t gfp)
{
	return s ? kmemdup_nul(s, strnlen(s, limit), gfp) : NULL;
}
EXPORT_SYMBOL(kstrndup);

void *memdup_user(const void __user *from, size_t size)
{
	void *to = kvmalloc(size, GFP_USER);

	if (!to)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(to, from, size)) {
		kvfree(to);
		return ERR_PTR(-EFAULT);
	}
	return to;
}
EXPORT_SYMBOL(memdup_user);

void *memdup_user_nul(const void __user *from, size_t size)
{
	char *to = kvmalloc(size_add(size, 1), GFP_USER);

	if (!to)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(to, from, size)) {
		kvfree(to);
		return ERR_PTR(-EFAULT);
	}
	to[size] = 0;
	return to;
}
EXPORT_SYMBOL(memdup_user_nul);

char *strndup_user(const char __user *s, long limit)
{
	long size = strnlen_user(s, limit);

	if (!size)
		return ERR_PTR(-EFAULT);
	if (size > limit)
		return ERR_PTR(-EINVAL);
	return memdup_user_nul(s, size - 1);
}
EXPORT_SYMBOL(strndup_user);
