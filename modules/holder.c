// SPDX-License-Identifier: MIT
/*
 * References: it holds itself while it is told to, and cannot be removed then. Write 1 to /dev/holder
 * to take one, 0 to give it back.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

static int major;
static DEFINE_MUTEX(lock);
static bool held;

static int hold(bool wanted)
{
	int result = 0;

	mutex_lock(&lock);
	if (wanted && !held)
		result = try_module_get(THIS_MODULE) ? 0 : -EBUSY;
	else if (!wanted && held)
		module_put(THIS_MODULE);
	if (!result)
		held = wanted;
	mutex_unlock(&lock);
	return result;
}

static ssize_t holder_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	bool wanted;
	int error = kstrtobool_from_user(from, size, &wanted);

	if (!error)
		error = hold(wanted);
	if (error)
		return error;
	pr_info("holder: reference count is %d\n", module_refcount(THIS_MODULE));
	return size;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.write = holder_write,
};

static int __init holder_init(void)
{
	major = register_chrdev(0, "holder", &operations);
	return major < 0 ? major : 0;
}

static void __exit holder_exit(void)
{
	unregister_chrdev(major, "holder");
}

module_init(holder_init);
module_exit(holder_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Holds a reference on itself when told to");
