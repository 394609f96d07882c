#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/gfp.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/page.h>

/* A page of a transfer. */
struct page {
	void *address;
};

#define page_address(page) ((page)->address)

#endif
