// SPDX-License-Identifier: MIT
/* A device whose open waits until it is interrupted. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/module.h>

static int major;

static int opener_open(struct inode *inode, struct file *file)
{
	pr_info("opener: somebody waits\n");
	if (msleep_interruptible(600000))
		return -EINTR;
	return 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = opener_open,
};

static int __init opener_init(void)
{
	major = register_chrdev(0, "opener", &operations);
	return major < 0 ? major : 0;
}

static void __exit opener_exit(void)
{
	unregister_chrdev(major, "opener");
}

module_init(opener_init);
module_exit(opener_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A device whose open waits");
