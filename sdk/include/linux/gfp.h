#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

#include <linux/types.h>
#include <asm/page.h>

struct page;

/*
 * How memory may be had. GFP_KERNEL may sleep; GFP_ATOMIC may not. Here both get it the same way,
 * but sleeping under a spinlock is warned about as in Linux.
 */
#define __GFP_HIGH 0x20u
#define __GFP_IO 0x40u
#define __GFP_FS 0x80u
#define __GFP_ZERO 0x100u
#define __GFP_DIRECT_RECLAIM 0x400u
#define __GFP_KSWAPD_RECLAIM 0x800u
#define __GFP_NOWARN 0x2000u
#define __GFP_RETRY_MAYFAIL 0x4000u
#define __GFP_NOFAIL 0x8000u
#define __GFP_NORETRY 0x10000u
#define __GFP_COMP 0x40000u
#define __GFP_ACCOUNT 0x400000u
#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)

#define GFP_KERNEL (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_ATOMIC (__GFP_HIGH | __GFP_KSWAPD_RECLAIM)
#define GFP_NOWAIT __GFP_KSWAPD_RECLAIM
#define GFP_NOIO __GFP_RECLAIM
#define GFP_NOFS (__GFP_RECLAIM | __GFP_IO)
#define GFP_USER GFP_KERNEL
#define GFP_DMA 0x1u

static inline bool gfpflags_allow_blocking(gfp_t gfp)
{
	return (gfp & __GFP_DIRECT_RECLAIM) != 0;
}

#define __GFP_HIGHMEM 0x2u
#define GFP_HIGHUSER (GFP_USER | __GFP_HIGHMEM)
#define MAX_ORDER 11

/**
 * alloc_pages, __get_free_pages - 2 to the power of `order` pages side by side, aligned to their size
 *
 * With a reference; get_zeroed_page() gives one that is cleared. Context: may sleep unless gfp forbids
 * it. NULL or 0 if there are none, or order is MAX_ORDER or more. Source: mm/page_alloc.c.
 */
struct page *alloc_pages(gfp_t gfp, unsigned int order);
unsigned long __get_free_pages(gfp_t gfp, unsigned int order);
unsigned long get_zeroed_page(gfp_t gfp);
#define alloc_page(gfp) alloc_pages(gfp, 0)
#define __get_free_page(gfp) __get_free_pages(gfp, 0)

/**
 * __free_pages, free_pages - gives that reference back; the last one frees them
 *
 * free_pages() takes 0, too. Context: any. Pages that are free already, or none, end the call as
 * BUG(). Source: mm/page_alloc.c.
 */
void __free_pages(struct page *page, unsigned int order);
void free_pages(unsigned long address, unsigned int order);
#define __free_page(page) __free_pages(page, 0)
#define free_page(address) free_pages(address, 0)

/**
 * virt_to_page, page_address - between the address of memory and its page
 * page_to_pfn, pfn_to_page - between a page and its number; pfn_valid - whether there is such a page
 *
 * For memory of kmalloc() (a page or more), vmalloc() and the page allocator; anything else ends the
 * call as BUG(). Context: any. Source: include/asm-generic/memory_model.h.
 */
struct page *virt_to_page(const void *address);
void *page_address(const struct page *page);
unsigned long page_to_pfn(const struct page *page);
struct page *pfn_to_page(unsigned long pfn);
int pfn_valid(unsigned long pfn);
bool virt_addr_valid(const void *address);

#endif
