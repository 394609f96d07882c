// SPDX-License-Identifier: MIT
/* A device whose read takes a minute and cannot be interrupted, but for who asks not to wait. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/uaccess.h>

static int major;

static ssize_t slow_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	if (file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	msleep(60000);
	return simple_read_from_buffer(to, size, position, "late\n", 5);
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.read = slow_read,
};

static int __init slow_init(void)
{
	major = register_chrdev(0, "slow", &operations);
	return major < 0 ? major : 0;
}

static void __exit slow_exit(void)
{
	unregister_chrdev(major, "slow");
}

module_init(slow_init);
module_exit(slow_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A device that lets its readers wait");
