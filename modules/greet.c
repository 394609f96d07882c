// SPDX-License-Identifier: MIT
/*
 * A device over another module: write a name to /dev/greet, and read its greeting. greeter comes
 * with it when it is loaded by name (modprobe), and cannot be removed while this is loaded.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "greeter.h"

#define NAME_SIZE 64
#define GREETING_SIZE 160

struct conversation {
	char greeting[GREETING_SIZE];
	int length;
};

static int major;

static int greet_open(struct inode *inode, struct file *file)
{
	struct conversation *conversation = kzalloc(sizeof(*conversation), GFP_KERNEL);

	if (!conversation)
		return -ENOMEM;
	conversation->length = greeter_greet(conversation->greeting, GREETING_SIZE, "whoever you are");
	file->private_data = conversation;
	return 0;
}

static int greet_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static ssize_t greet_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct conversation *conversation = file->private_data;
	char name[NAME_SIZE];

	if (size >= sizeof(name))
		return -EINVAL;
	if (copy_from_user(name, from, size))
		return -EFAULT;
	name[size] = 0;
	conversation->length = greeter_greet(conversation->greeting, GREETING_SIZE, strim(name));
	*position = 0;
	return size;
}

static ssize_t greet_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct conversation *conversation = file->private_data;

	return simple_read_from_buffer(to, size, position, conversation->greeting,
				       conversation->length);
}

static const struct file_operations greet_operations = {
	.owner = THIS_MODULE,
	.open = greet_open,
	.release = greet_release,
	.read = greet_read,
	.write = greet_write,
};

static int __init greet_init(void)
{
	major = register_chrdev(0, "greet", &greet_operations);
	if (major < 0)
		return major;
	pr_info("greet: /dev/greet has major number %d\n", major);
	return 0;
}

static void __exit greet_exit(void)
{
	unregister_chrdev(major, "greet");
	pr_info("greet: gone\n");
}

module_init(greet_init);
module_exit(greet_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A device that greets whom it is told to");
