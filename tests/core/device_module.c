/* What a module with a device does, for device_test.cc: each read and write tries what its position asks for. */
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "device_module.h"

struct observed observed;

static int device_open(struct inode *inode, struct file *file)
{
	observed.minor = iminor(inode);
	observed.pid = current->pid;
	observed.opens++;
	return observed.open_result;
}

static int device_release(struct inode *inode, struct file *file)
{
	observed.releases++;
	return 0;
}

static ssize_t device_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	static const char text[] = "0123456789";

	switch (observed.act) {
	case READ_TEXT:
		return simple_read_from_buffer(to, size, position, text, sizeof(text) - 1);
	case READ_BEYOND:
		return copy_to_user(to, text, size + 4);
	case READ_ELSEWHERE:
		return access_ok((char __user *)0x1000, 4) || copy_to_user((void __user *)0x1000, text, 4) != 4 ?
			       0 : -EFAULT;
	case READ_TOO_MUCH:
		return size + 1;
	case READ_FAULT:
		*(volatile int *)8 = 1;
		break;
	case READ_FROM_NOWHERE:
		return copy_to_user(to, (const void *)8, size) ? -EFAULT : 0;
	}
	return -EINVAL;
}

static ssize_t device_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	char first;

	memset(observed.written, 0, sizeof(observed.written));
	/* A buffer to write from may not be written to. */
	observed.put_result = put_user('x', (char __user *)from);
	if (get_user(first, from))
		return -EFAULT;
	observed.first = first;
	return copy_from_user(observed.written, from, min(size, sizeof(observed.written))) ? -EFAULT : size;
}

static long device_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	int value;

	if (command != 7)
		return -ENOTTY;
	if (get_user(value, (int __user *)argument))
		return -EFAULT;
	return put_user(value * 2, (int __user *)argument);
}

static loff_t device_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, 10);
}

static const struct file_operations operations = {
	.open = device_open,
	.release = device_release,
	.read = device_read,
	.write = device_write,
	.llseek = device_llseek,
	.unlocked_ioctl = device_ioctl,
};

static struct cdev cdev;
static dev_t number;

int test_device_add(const char *name, unsigned int count)
{
	int error = alloc_chrdev_region(&number, 0, count, name);

	if (error)
		return error;
	cdev_init(&cdev, &operations);
	return cdev_add(&cdev, number, count);
}

void test_device_remove(unsigned int count)
{
	cdev_del(&cdev);
	unregister_chrdev_region(number, count);
}

int test_register_twice(const char *name)
{
	int major = register_chrdev(0, name, &operations);
	int again = register_chrdev(major, name, &operations);

	unregister_chrdev(major, name);
	return again;
}
