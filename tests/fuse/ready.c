// SPDX-License-Identifier: MIT
/* A device of one byte, which is ready for readers when there is one. */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

static DECLARE_WAIT_QUEUE_HEAD(readers);
static char byte;
static bool there;
static int major;

static ssize_t ready_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	if (!there)
		return -EAGAIN;
	if (put_user(byte, to))
		return -EFAULT;
	there = false;
	return 1;
}

static ssize_t ready_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	if (get_user(byte, from))
		return -EFAULT;
	there = true;
	wake_up_interruptible(&readers);
	return 1;
}

static __poll_t ready_poll(struct file *file, struct poll_table_struct *table)
{
	poll_wait(file, &readers, table);
	return there ? EPOLLIN | EPOLLRDNORM : 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.read = ready_read,
	.write = ready_write,
	.poll = ready_poll,
};

static int __init ready_init(void)
{
	major = register_chrdev(0, "ready", &operations);
	return major < 0 ? major : 0;
}

static void __exit ready_exit(void)
{
	unregister_chrdev(major, "ready");
}

module_init(ready_init);
module_exit(ready_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A device to be waited for with poll");
