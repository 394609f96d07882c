#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/types.h>
#include <asm/page.h>

struct file;
struct address_space;
struct mm_struct;
struct vm_operations_struct;
struct vm_page_slot;

/* One page of memory; see alloc_pages() and virt_to_page(). */
struct page {
	unsigned long flags;	/* PG_reserved */
	struct address_space *mapping;
	unsigned long index;
	unsigned long private;	/* the owner's own */
	int _refcount;		/* of the first page of an allocation: the kernel's own, as what follows */
	unsigned int _distance;	/* pages from the first one */
	unsigned int _order;
	void *_address;		/* of one that describes other memory, for a transfer */
} __attribute__((aligned(64)));

typedef struct {
	unsigned long pgprot;
} pgprot_t;

typedef unsigned int vm_fault_t;

/*
 * What a program maps of a file: the addresses, and what file_operations.mmap says of them. The
 * addresses are those of no process here: they count pages, and mean nothing else.
 */
struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;		/* the first byte behind */
	struct mm_struct *vm_mm;	/* NULL */
	pgprot_t vm_page_prot;
	unsigned long vm_flags;		/* VM_READ... */
	const struct vm_operations_struct *vm_ops;
	unsigned long vm_pgoff;		/* where in the file, in pages */
	struct file *vm_file;
	void *vm_private_data;		/* the module's own */
	struct vm_page_slot *vm_slots;	/* the kernel's own */
};

#endif
