// SPDX-License-Identifier: MIT
/* Commands to a device: one of each direction. */
#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#include "ioctl.h"

static int major;
static DEFINE_SPINLOCK(lock);
static int value;

static void set_value(int to)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	value = to;
	spin_unlock_irqrestore(&lock, flags);
}

/* In place; its length. */
static long upper(char __user *text)
{
	char copy[64];
	long length = strncpy_from_user(copy, text, sizeof(copy)), i;

	if (length < 0)
		return length;
	for (i = 0; i < length; i++)
		copy[i] = toupper(copy[i]);
	return copy_to_user(text, copy, length) ? -EFAULT : length;
}

static long ioctl_command(struct file *file, unsigned int command, unsigned long argument)
{
	struct ioctl_sum sum;
	int given;

	switch (command) {
	case IOCTL_RESET:
		set_value(0);
		return 0;
	case IOCTL_GET:
		return put_user(value, (int __user *)argument);
	case IOCTL_SET:
		if (get_user(given, (int __user *)argument))
			return -EFAULT;
		set_value(given);
		return 0;
	case IOCTL_ADD:
		if (copy_from_user(&sum, (void __user *)argument, sizeof(sum)))
			return -EFAULT;
		sum.sum = sum.a + sum.b;
		return copy_to_user((void __user *)argument, &sum, sizeof(sum)) ? -EFAULT : 0;
	case IOCTL_UPPER:
		return upper((char __user *)argument);
	}
	return -ENOTTY;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = ioctl_command,
};

static int __init ioctl_init(void)
{
	major = register_chrdev(0, "ioctl", &operations);
	return major < 0 ? major : 0;
}

static void __exit ioctl_exit(void)
{
	unregister_chrdev(major, "ioctl");
}

module_init(ioctl_init);
module_exit(ioctl_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Commands to a device");
