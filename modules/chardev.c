// SPDX-License-Identifier: MIT
/* A device with a memory: what is written to /dev/chardev can be read from it, by all who open it. */
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

static unsigned int capacity = 4096;
module_param(capacity, uint, 0444);
MODULE_PARM_DESC(capacity, "how many bytes it remembers");

static dev_t number;
static struct cdev device;
static DEFINE_MUTEX(lock);	/* over the two below */
static char *memory;
static size_t filled;

static ssize_t chardev_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	ssize_t result;

	mutex_lock(&lock);
	result = simple_read_from_buffer(to, size, position, memory, filled);
	mutex_unlock(&lock);
	return result;
}

static ssize_t chardev_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	ssize_t result;

	if (*position >= capacity)
		return -ENOSPC;
	mutex_lock(&lock);
	result = simple_write_to_buffer(memory, capacity, position, from, size);
	if (result > 0)
		filled = max_t(size_t, filled, *position);
	mutex_unlock(&lock);
	return result;
}

static loff_t chardev_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, filled);
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.read = chardev_read,
	.write = chardev_write,
	.llseek = chardev_llseek,
};

static int __init chardev_init(void)
{
	int error;

	memory = kvzalloc(capacity, GFP_KERNEL);
	if (!memory)
		return -ENOMEM;
	error = alloc_chrdev_region(&number, 0, 1, "chardev");
	if (error)
		goto free_memory;
	cdev_init(&device, &operations);
	error = cdev_add(&device, number, 1);
	if (error)
		goto free_number;
	return 0;

free_number:
	unregister_chrdev_region(number, 1);
free_memory:
	kvfree(memory);
	return error;
}

static void __exit chardev_exit(void)
{
	cdev_del(&device);
	unregister_chrdev_region(number, 1);
	kvfree(memory);
}

module_init(chardev_init);
module_exit(chardev_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A device that remembers what is written to it");
