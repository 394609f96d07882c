/* What a module whose devices' memory can be mapped does, for mmap_test.cc. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "mmap_module.h"

char *test_pages;
char *test_vmalloc;
char *test_kmalloc;
char *test_scattered[test_fault_pages];
int test_closed_areas;

static int map_pages(struct file *file, struct vm_area_struct *vma)
{
	unsigned long size = vma->vm_end - vma->vm_start;

	if (size + (vma->vm_pgoff << PAGE_SHIFT) > 2 * PAGE_SIZE)
		return -EINVAL;
	return remap_pfn_range(vma, vma->vm_start, PHYS_PFN(virt_to_phys(test_pages)) + vma->vm_pgoff, size,
			       vma->vm_page_prot);
}

static int map_kmalloc(struct file *file, struct vm_area_struct *vma)
{
	return vm_iomap_memory(vma, __pa(test_kmalloc), 2 * PAGE_SIZE);
}

static int map_vmalloc(struct file *file, struct vm_area_struct *vma)
{
	return remap_vmalloc_range(vma, test_vmalloc, vma->vm_pgoff);
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	if (vmf->pgoff >= test_fault_pages)
		return VM_FAULT_SIGBUS;
	vmf->page = virt_to_page(test_scattered[vmf->pgoff]);
	get_page(vmf->page);
	return 0;
}

static void area_close(struct vm_area_struct *vma)
{
	test_closed_areas += vma->vm_private_data == test_scattered;
}

static const struct vm_operations_struct fault_ops = { .fault = fault, .close = area_close };

static int map_faults(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &fault_ops;
	vma->vm_private_data = test_scattered;
	return 0;
}

static const struct file_operations pages_fops = { .mmap = map_pages };
static const struct file_operations kmalloc_fops = { .mmap = map_kmalloc };
static const struct file_operations vmalloc_fops = { .mmap = map_vmalloc };
static const struct file_operations faults_fops = { .mmap = map_faults };
static const struct file_operations none_fops = {};

static struct miscdevice devices[] = {
	{ .minor = MISC_DYNAMIC_MINOR, .name = "test_pages", .fops = &pages_fops },
	{ .minor = MISC_DYNAMIC_MINOR, .name = "test_kmalloc", .fops = &kmalloc_fops },
	{ .minor = MISC_DYNAMIC_MINOR, .name = "test_vmalloc", .fops = &vmalloc_fops },
	{ .minor = MISC_DYNAMIC_MINOR, .name = "test_faults", .fops = &faults_fops },
	{ .minor = MISC_DYNAMIC_MINOR, .name = "test_unmapped", .fops = &none_fops },
};

int test_mmap_add(void)
{
	int i, error = 0;

	test_pages = (char *)__get_free_pages(GFP_KERNEL, 1);
	test_kmalloc = kmalloc(2 * PAGE_SIZE, GFP_KERNEL);
	test_vmalloc = vmalloc_user(2 * PAGE_SIZE);
	/* The later ones come first in memory. */
	for (i = test_fault_pages - 1; i >= 0; i--)
		test_scattered[i] = (char *)get_zeroed_page(GFP_KERNEL);
	for (i = 0; i < (int)ARRAY_SIZE(devices) && !error; i++)
		error = misc_register(&devices[i]);
	return error;
}

void test_mmap_remove(void)
{
	int i;

	for (i = 0; i < (int)ARRAY_SIZE(devices); i++)
		misc_deregister(&devices[i]);
	for (i = 0; i < test_fault_pages; i++)
		free_page((unsigned long)test_scattered[i]);
	vfree(test_vmalloc);
	kfree(test_kmalloc);
	free_pages((unsigned long)test_pages, 1);
}

int test_page_refcount(int index)
{
	return page_count(virt_to_page(test_scattered[index]));
}

int test_leave_pages(void)
{
	return alloc_pages(GFP_KERNEL, 2) ? 0 : -ENOMEM;
}

int test_free_twice(void)
{
	unsigned long page = __get_free_page(GFP_KERNEL);

	free_page(page);
	free_page(page);
	return 0;
}
