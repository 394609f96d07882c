// What modules give to be mapped: sdk/include/linux/mm.h.
#include <linux/err.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/mm.h>

#include "api.h"
#include "mm/mmap.h"

enum { READS = 1, WRITES = 2 }; /* PROT_READ, PROT_WRITE */

/* What is at one page of an area. */
struct vm_page_slot {
	struct page *page; /* NULL: nothing */
	bool counted;	   /* with a reference */
};

struct mapping {
	struct list_head list;
	struct vm_area_struct area;
	struct vm_page_slot slots[];
};

static int place(struct vm_area_struct *vma, unsigned long address, struct page *page, bool counted)
{
	struct vm_page_slot *slot;

	if (address < vma->vm_start || address >= vma->vm_end)
		return -EFAULT;
	slot = &vma->vm_slots[(address - vma->vm_start) >> PAGE_SHIFT];
	if (slot->page)
		return -EBUSY;
	slot->page = page;
	slot->counted = counted;
	return 0;
}

int remap_pfn_range(struct vm_area_struct *vma, unsigned long address, unsigned long pfn,
		    unsigned long size, pgprot_t prot)
{
	unsigned long pages = PAGE_ALIGN(size) >> PAGE_SHIFT, i;
	int error = 0;

	kapi_may_sleep();
	if (!PAGE_ALIGNED(address) || address < vma->vm_start || PAGE_ALIGN(size) > vma->vm_end - address)
		return -EINVAL;
	vma->vm_flags |= VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP;
	for (i = 0; i < pages && !error; i++) {
		if (!pfn_valid(pfn + i)) {
			pr_err("remap_pfn_range: %lx is no page of memory here: there are those of kmalloc() "
			       "(from a page on), vmalloc() and the page allocator\n", pfn + i);
			return -EINVAL;
		}
		error = place(vma, address + i * PAGE_SIZE, pfn_to_page(pfn + i), false);
	}
	return error;
}
EXPORT_SYMBOL(remap_pfn_range);

int vm_insert_page(struct vm_area_struct *vma, unsigned long address, struct page *page)
{
	int error;

	kapi_may_sleep();
	if (!page)
		return -EINVAL;
	error = place(vma, address, page, true);
	if (error)
		return error;
	vma->vm_flags |= VM_MIXEDMAP;
	get_page(page);
	return 0;
}
EXPORT_SYMBOL(vm_insert_page);

vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long address, unsigned long pfn)
{
	int error = pfn_valid(pfn) ? place(vma, address, pfn_to_page(pfn), false) : -EINVAL;

	return error && error != -EBUSY ? VM_FAULT_SIGBUS : VM_FAULT_NOPAGE;
}
EXPORT_SYMBOL(vmf_insert_pfn);

int remap_vmalloc_range(struct vm_area_struct *vma, void *block, unsigned long first_page)
{
	unsigned long size = vma->vm_end - vma->vm_start, has = PAGE_ALIGN(max(platform_block_size(block), 0L));

	if (first_page > has >> PAGE_SHIFT || size > has - (first_page << PAGE_SHIFT))
		return -EINVAL;
	return remap_pfn_range(vma, vma->vm_start, vmalloc_to_pfn(block) + first_page, size,
			       vma->vm_page_prot);
}
EXPORT_SYMBOL(remap_vmalloc_range);

int vm_iomap_memory(struct vm_area_struct *vma, phys_addr_t start, unsigned long size)
{
	unsigned long pages = PAGE_ALIGN(offset_in_page(start) + size) >> PAGE_SHIFT;

	if (vma->vm_pgoff > pages || vma_pages(vma) > pages - vma->vm_pgoff)
		return -EINVAL;
	return remap_pfn_range(vma, vma->vm_start, PHYS_PFN(start) + vma->vm_pgoff,
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}
EXPORT_SYMBOL(vm_iomap_memory);

/* Asks for one page that mmap has not given. */
static void ask(struct vm_area_struct *vma, unsigned long index, bool write)
{
	struct vm_fault fault = {
		.vma = vma,
		.gfp_mask = GFP_KERNEL,
		.pgoff = vma->vm_pgoff + index,
		.address = vma->vm_start + index * PAGE_SIZE,
		.flags = write ? FAULT_FLAG_WRITE : 0,
	};
	vm_fault_t answer = vma->vm_ops->fault(&fault);

	if (answer & (VM_FAULT_ERROR | VM_FAULT_NOPAGE) || !fault.page)
		return;
	if (place(vma, fault.address, fault.page, true))
		put_page(fault.page);
}

static void give_back(struct mapping *mapping)
{
	unsigned long i;

	for (i = 0; i < vma_pages(&mapping->area); i++)
		if (mapping->slots[i].counted)
			put_page(mapping->slots[i].page);
	platform_free(mapping);
}

static struct mapping *prepare(struct file *file, unsigned long pgoff, size_t size, int protection)
{
	/* Areas stand apart: a module may know them by their addresses. */
	static unsigned long next = 0x7f0000000000;
	struct mapping *mapping = platform_alloc(struct_size(mapping, slots, size >> PAGE_SHIFT), 16, true);

	if (!mapping)
		return NULL;
	mapping->area = (struct vm_area_struct){
		.vm_start = __atomic_fetch_add(&next, size + PAGE_SIZE, __ATOMIC_RELAXED),
		.vm_flags = VM_SHARED | VM_MAYSHARE | VM_MAYREAD |
			    (protection & READS ? VM_READ : 0) | (protection & WRITES ? VM_WRITE : 0) |
			    (file->f_mode & FMODE_WRITE ? VM_MAYWRITE : 0),
		.vm_pgoff = pgoff,
		.vm_file = file,
		.vm_slots = mapping->slots,
	};
	mapping->area.vm_end = mapping->area.vm_start + size;
	INIT_LIST_HEAD(&mapping->list);
	return mapping;
}

struct list_head *mapping_new(struct file *file, unsigned long pgoff, size_t size, int protection,
			      long *pages)
{
	struct mapping *mapping = prepare(file, pgoff, size, protection);
	struct vm_area_struct *vma;
	unsigned long i;
	int error;

	if (!mapping)
		return ERR_PTR(-ENOMEM);
	vma = &mapping->area;
	error = file->f_op->mmap(file, vma);
	if (error) {
		give_back(mapping);
		return ERR_PTR(error);
	}
	for (i = 0; i < vma_pages(vma); i++) {
		if (!mapping->slots[i].page && vma->vm_ops && vma->vm_ops->fault)
			ask(vma, i, protection & WRITES);
		pages[i] = mapping->slots[i].page ? platform_page_record_number(mapping->slots[i].page) : -1;
	}
	return &mapping->list;
}

void mapping_drop(struct list_head *place)
{
	struct mapping *mapping = list_entry(place, struct mapping, list);
	const struct vm_operations_struct *ops = mapping->area.vm_ops;

	list_del(&mapping->list);
	if (ops && ops->close)
		ops->close(&mapping->area);
	give_back(mapping);
}
