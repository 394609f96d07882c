// SPDX-License-Identifier: MIT
/*
 * /dev/sleeper: who reads sleeps until somebody writes; each line written wakes one reader. Ctrl-C ends a
 * reader: its wait is interrupted.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/wait.h>

static DECLARE_WAIT_QUEUE_HEAD(readers);
static atomic_t lines;
static int major;

static ssize_t sleeper_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	pr_info("sleeper: %s sleeps\n", current->comm);
	if (wait_event_interruptible(readers, atomic_dec_if_positive(&lines) >= 0)) {
		pr_info("sleeper: %s is interrupted\n", current->comm);
		return -ERESTARTSYS;
	}
	pr_info("sleeper: %s wakes\n", current->comm);
	return 0;
}

static ssize_t sleeper_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	atomic_inc(&lines);
	wake_up_interruptible(&readers);
	return size;
}

static const struct file_operations sleeper_operations = {
	.owner = THIS_MODULE,
	.read = sleeper_read,
	.write = sleeper_write,
};

static int __init sleeper_init(void)
{
	major = register_chrdev(0, "sleeper", &sleeper_operations);
	return major < 0 ? major : 0;
}

static void __exit sleeper_exit(void)
{
	unregister_chrdev(major, "sleeper");
}

module_init(sleeper_init);
module_exit(sleeper_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A device whose readers sleep until somebody writes");
