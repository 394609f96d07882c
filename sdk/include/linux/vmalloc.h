#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/types.h>

struct page;

/**
 * vmalloc, vzalloc - page-aligned memory of any size; vzalloc clears it. NULL if there is none.
 * Context: may sleep. Source: mm/vmalloc.c.
 */
void *vmalloc(unsigned long size) __malloc;
void *vzalloc(unsigned long size) __malloc;
/** vmalloc_user - vzalloc() for memory that programs map, see remap_vmalloc_range(). */
void *vmalloc_user(unsigned long size) __malloc;

/** vmalloc_to_page, vmalloc_to_pfn - the page of an address in it. Context: any. */
struct page *vmalloc_to_page(const void *address);
unsigned long vmalloc_to_pfn(const void *address);

/** vfree - gives it back; NULL is fine. Context: may sleep. A wrong pointer ends the call as BUG(). */
void vfree(const void *block);

#endif
