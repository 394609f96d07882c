// SPDX-License-Identifier: MIT
/* A device that loads its module: /dev/wanted is there by the alias devname: as soon as depmod has seen
 * this file, and who opens it asks for char-major-240-0. */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#define MAJOR_NUMBER 240	/* the first of those for local use */

static ssize_t wanted_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	static const char text[] = "here I am\n";

	return simple_read_from_buffer(to, size, position, text, sizeof(text) - 1);
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.read = wanted_read,
};

static int __init wanted_init(void)
{
	return register_chrdev(MAJOR_NUMBER, "wanted", &operations);
}

static void __exit wanted_exit(void)
{
	unregister_chrdev(MAJOR_NUMBER, "wanted");
}

module_init(wanted_init);
module_exit(wanted_exit);

MODULE_ALIAS_CHARDEV(240, 0);
MODULE_ALIAS("devname:wanted");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A device that is loaded when it is opened");
