// SPDX-License-Identifier: MIT
/* Leaves a device, its class and a file in /proc behind. */
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

static ssize_t litter_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	return 0;
}

static const struct file_operations device_operations = { .owner = THIS_MODULE, .read = litter_read };
static const struct proc_ops file_operations = { .proc_read = litter_read };

static int __init litter_init(void)
{
	int major = register_chrdev(0, "litter", &device_operations);
	struct class *class = class_create(THIS_MODULE, "litter");

	if (major < 0)
		return major;
	if (IS_ERR(class))
		return PTR_ERR(class);
	device_create(class, NULL, MKDEV(major, 0), NULL, "litter");
	proc_create("litter", 0444, NULL, &file_operations);
	return 0;
}

static void __exit litter_exit(void)
{
}

module_init(litter_init);
module_exit(litter_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Leaves devices and files behind");
