// Pages and their numbers: sdk/include/linux/gfp.h, mm.h, asm/io.h.
#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>

#include "api.h"

/* Physical memory begins where no virtual address is taken for one. */
#define FIRST_PFN (1ul << 28)

static_assert(sizeof(struct page) == platform_page_record_size);
static_assert(PAGE_SIZE == platform_page_size);

static int free_block(void *block)
{
	struct page *first = platform_page_record(platform_page_number(block));
	unsigned int i;

	__atomic_store_n(&first->_refcount, 0, __ATOMIC_RELAXED);
	for (i = 1; i < 1u << first->_order; i++)
		first[i]._distance = 0;
	return platform_free(block);
}

static const struct owned_kind owned_pages = {
	.one = "allocation of pages",
	.many = "allocations of pages",
	.fate = "freed",
	.order = OWNED_HOLDS,
	.take_away = free_block,
};

struct page *virt_to_page(const void *address)
{
	long number = platform_page_number(address);

	if (number < 0)
		kapi_bug("%px is in no page that modules can name: of kmalloc() only a page or more is",
			 address);
	return platform_page_record(number);
}
EXPORT_SYMBOL(virt_to_page);

bool virt_addr_valid(const void *address)
{
	return platform_page_number(address) >= 0;
}
EXPORT_SYMBOL(virt_addr_valid);

static long number_of(const struct page *page)
{
	long number = platform_page_record_number(page);

	if (number < 0)
		kapi_bug("%px is no struct page", page);
	return number;
}

void *page_address(const struct page *page)
{
	return page->_address ?: platform_page_address(number_of(page));
}
EXPORT_SYMBOL(page_address);

unsigned long page_to_pfn(const struct page *page)
{
	return FIRST_PFN + number_of(page);
}
EXPORT_SYMBOL(page_to_pfn);

int pfn_valid(unsigned long pfn)
{
	return pfn >= FIRST_PFN && platform_page_record(pfn - FIRST_PFN);
}
EXPORT_SYMBOL(pfn_valid);

struct page *pfn_to_page(unsigned long pfn)
{
	if (!pfn_valid(pfn))
		kapi_bug("%lx is no page frame", pfn);
	return platform_page_record(pfn - FIRST_PFN);
}
EXPORT_SYMBOL(pfn_to_page);

phys_addr_t virt_to_phys(const volatile void *address)
{
	return PFN_PHYS(page_to_pfn(virt_to_page((const void *)address))) + offset_in_page(address);
}
EXPORT_SYMBOL(virt_to_phys);

void *phys_to_virt(phys_addr_t address)
{
	return page_address(pfn_to_page(PHYS_PFN(address))) + offset_in_page(address);
}
EXPORT_SYMBOL(phys_to_virt);

struct page *vmalloc_to_page(const void *address)
{
	return virt_to_page(address);
}
EXPORT_SYMBOL(vmalloc_to_page);

unsigned long vmalloc_to_pfn(const void *address)
{
	return page_to_pfn(virt_to_page(address));
}
EXPORT_SYMBOL(vmalloc_to_pfn);

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	size_t size = PAGE_SIZE << order;
	struct page *first;
	unsigned int i;
	void *block;

	if (order >= MAX_ORDER)
		return NULL;
	if (gfpflags_allow_blocking(gfp))
		kapi_may_sleep();
	block = platform_alloc(size, size, true);
	if (!block)
		return NULL;
	first = virt_to_page(block);
	for (i = 0; i < 1u << order; i++)
		first[i] = (struct page){ ._distance = i };
	first->_order = order;
	__atomic_store_n(&first->_refcount, 1, __ATOMIC_RELEASE);
	owned_acquire(&owned_pages, block, NULL, NULL, size);
	return first;
}
EXPORT_SYMBOL(alloc_pages);

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp, order);

	return page ? (unsigned long)page_address(page) : 0;
}
EXPORT_SYMBOL(__get_free_pages);

unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}
EXPORT_SYMBOL(get_zeroed_page);

int page_count(const struct page *page)
{
	int count = __atomic_load_n(&page[-(long)page->_distance]._refcount, __ATOMIC_RELAXED);

	return count ? count : 1;
}
EXPORT_SYMBOL(page_count);

/* The page whose count it is; NULL for memory that is not counted. */
static struct page *counted(struct page *page)
{
	number_of(page);
	page -= page->_distance;
	return __atomic_load_n(&page->_refcount, __ATOMIC_RELAXED) ? page : NULL;
}

void get_page(struct page *page)
{
	page = counted(page);
	if (page)
		__atomic_fetch_add(&page->_refcount, 1, __ATOMIC_RELAXED);
}
EXPORT_SYMBOL(get_page);

void put_page(struct page *page)
{
	void *block;

	page = counted(page);
	if (!page || __atomic_sub_fetch(&page->_refcount, 1, __ATOMIC_ACQ_REL))
		return;
	block = page_address(page);
	owned_release(&owned_pages, block);
	free_block(block);
}
EXPORT_SYMBOL(put_page);

void __free_pages(struct page *page, unsigned int order)
{
	struct page *first = counted(page);

	if (!first || first != page || first->_order != order)
		kapi_bug("__free_pages: %px is not what alloc_pages() gave with order %u, or was freed before",
			 page_address(page), order);
	put_page(page);
}
EXPORT_SYMBOL(__free_pages);

void free_pages(unsigned long address, unsigned int order)
{
	if (address)
		__free_pages(virt_to_page((void *)address), order);
}
EXPORT_SYMBOL(free_pages);
