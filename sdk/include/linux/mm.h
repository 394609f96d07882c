#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/io.h>
#include <asm/page.h>
#include <asm/pgtable.h>

/* vm_area_struct.vm_flags */
#define VM_READ 0x1ul
#define VM_WRITE 0x2ul
#define VM_EXEC 0x4ul
#define VM_SHARED 0x8ul
#define VM_MAYREAD 0x10ul
#define VM_MAYWRITE 0x20ul
#define VM_MAYEXEC 0x40ul
#define VM_MAYSHARE 0x80ul
#define VM_PFNMAP 0x400ul
#define VM_LOCKED 0x2000ul
#define VM_IO 0x4000ul
#define VM_DONTCOPY 0x20000ul
#define VM_DONTEXPAND 0x40000ul
#define VM_DONTDUMP 0x4000000ul
#define VM_MIXEDMAP 0x10000000ul

/* vm_fault_t */
#define VM_FAULT_OOM 0x1u
#define VM_FAULT_SIGBUS 0x2u
#define VM_FAULT_MAJOR 0x4u
#define VM_FAULT_SIGSEGV 0x40u
#define VM_FAULT_NOPAGE 0x100u
#define VM_FAULT_LOCKED 0x200u
#define VM_FAULT_RETRY 0x400u
#define VM_FAULT_ERROR (VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV)

#define FAULT_FLAG_WRITE 0x1u

/* One page that is asked for. */
struct vm_fault {
	struct vm_area_struct *vma;
	gfp_t gfp_mask;
	unsigned long pgoff;	/* of the page in the file, in pages */
	unsigned long address;
	unsigned int flags;	/* FAULT_FLAG_WRITE */
	struct page *page;	/* the answer, with a reference that is given over */
};

/*
 * What a module does about its mappings. fault is called for each page that mmap has not given,
 * once, when the memory is mapped (Linux: when it is touched first); where it answers with an error
 * nothing is there. open is not called, as mappings here are neither split nor inherited; close is,
 * before the file's release. Source: include/linux/mm.h.
 */
struct vm_operations_struct {
	void (*open)(struct vm_area_struct *vma);
	void (*close)(struct vm_area_struct *vma);
	vm_fault_t (*fault)(struct vm_fault *vmf);
	vm_fault_t (*page_mkwrite)(struct vm_fault *vmf);
	int (*access)(struct vm_area_struct *vma, unsigned long address, void *buffer, int size, int write);
};

/**
 * remap_pfn_range - maps `size` bytes of memory from a page frame on at an address of the area
 * @prot: vma->vm_page_prot
 *
 * To be called in mmap. The memory: of kmalloc() (a page or more), __get_free_pages(), vmalloc();
 * its owner keeps it until the file is closed. Context: may sleep. Returns 0, -EINVAL where there is
 * no such memory or the area is smaller, -EBUSY if something is mapped there. Source: mm/memory.c.
 */
int remap_pfn_range(struct vm_area_struct *vma, unsigned long address, unsigned long pfn,
		    unsigned long size, pgprot_t prot);
#define io_remap_pfn_range remap_pfn_range

/**
 * vm_insert_page - maps one page, and takes a reference on it for as long as it is mapped
 * vmf_insert_pfn - the same in a fault handler, by its frame, without a reference
 *
 * Context: may sleep. Return 0, -EINVAL, -EFAULT (outside of the area), -EBUSY (something is mapped
 * there); VM_FAULT_NOPAGE or VM_FAULT_SIGBUS. Source: mm/memory.c.
 */
int vm_insert_page(struct vm_area_struct *vma, unsigned long address, struct page *page);
vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long address, unsigned long pfn);

/**
 * remap_vmalloc_range - maps what vmalloc_user() gave, from a page of it on, as far as the area goes
 *
 * Context: may sleep. Returns 0, -EINVAL if it is smaller than the area. Source: mm/vmalloc.c.
 */
int remap_vmalloc_range(struct vm_area_struct *vma, void *block, unsigned long first_page);

/**
 * vm_iomap_memory - maps memory at a physical address, by the area's vm_pgoff and size
 *
 * Context: may sleep. Returns 0, -EINVAL if it does not fit. Source: mm/memory.c.
 */
int vm_iomap_memory(struct vm_area_struct *vma, phys_addr_t start, unsigned long size);

static inline void vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags &= ~flags;
}

static inline unsigned long vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

/**
 * get_page, put_page - takes and gives back a reference on the allocation that a page is of
 *
 * The last put_page() frees it. Memory of kmalloc() and vmalloc() is not counted. Context: any.
 * Source: include/linux/mm.h.
 */
void get_page(struct page *page);
void put_page(struct page *page);
/** page_count - how many there are; 1 for memory that is not counted. */
int page_count(const struct page *page);

#define PG_reserved 10

static inline void SetPageReserved(struct page *page)
{
	page->flags |= 1ul << PG_reserved;
}

static inline void ClearPageReserved(struct page *page)
{
	page->flags &= ~(1ul << PG_reserved);
}

static inline int PageReserved(const struct page *page)
{
	return (page->flags >> PG_reserved) & 1;
}

static inline unsigned long page_private(const struct page *page)
{
	return page->private;
}

static inline void set_page_private(struct page *page, unsigned long value)
{
	page->private = value;
}

#define offset_in_page(address) ((unsigned long)(address) & ~PAGE_MASK)
#define PAGE_ALIGNED(address) (!offset_in_page(address))

#endif
