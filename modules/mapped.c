// SPDX-License-Identifier: MIT
/* A device whose memory programs map: a page of text, which reading gives as it is then. */
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>

static char *text;

static ssize_t mapped_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	return simple_read_from_buffer(to, size, position, text, strnlen(text, PAGE_SIZE));
}

static int mapped_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff || vma_pages(vma) != 1)
		return -EINVAL;
	return vm_insert_page(vma, vma->vm_start, virt_to_page(text));
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.read = mapped_read,
	.llseek = default_llseek,
	.mmap = mapped_mmap,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mapped",
	.fops = &operations,
	.mode = 0666,
};

static int __init mapped_init(void)
{
	int error;

	text = (char *)get_zeroed_page(GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	strscpy(text, "nothing was written yet\n", PAGE_SIZE);
	error = misc_register(&device);
	if (error)
		free_page((unsigned long)text);
	return error;
}

static void __exit mapped_exit(void)
{
	misc_deregister(&device);
	free_page((unsigned long)text);
}

module_init(mapped_init);
module_exit(mapped_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A device whose memory programs map");
