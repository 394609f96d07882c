// Files of one number: sdk/include/linux/fs.h.
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "api.h"

struct simple_attr {
	int (*get)(void *data, u64 *value);
	int (*set)(void *data, u64 value);
	void *data;
	const char *format;
	struct mutex lock;
	char text[24];
	char input[24];
};

int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *data, u64 *value),
		     int (*set)(void *data, u64 value), const char *format)
{
	struct simple_attr *attr = kzalloc(sizeof(*attr), GFP_KERNEL);

	if (!attr)
		return -ENOMEM;
	attr->get = get;
	attr->set = set;
	attr->data = inode->i_private;
	attr->format = format;
	mutex_init(&attr->lock);
	file->private_data = attr;
	return 0;
}
EXPORT_SYMBOL(simple_attr_open);

int simple_attr_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}
EXPORT_SYMBOL(simple_attr_release);

ssize_t simple_attr_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct simple_attr *attr = file->private_data;
	ssize_t result = 0;
	u64 value;

	if (!attr->get)
		return -EACCES;
	mutex_lock(&attr->lock);
	if (!*position || !attr->text[0]) {
		result = attr->get(attr->data, &value);
		if (!result)
			scnprintf(attr->text, sizeof(attr->text), attr->format, (unsigned long long)value);
	}
	if (!result)
		result = simple_read_from_buffer(to, size, position, attr->text, strlen(attr->text));
	mutex_unlock(&attr->lock);
	return result;
}
EXPORT_SYMBOL(simple_attr_read);

ssize_t simple_attr_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct simple_attr *attr = file->private_data;
	size_t length = min(size, sizeof(attr->input) - 1);
	unsigned long long value;
	ssize_t result = -EFAULT;

	if (!attr->set)
		return -EACCES;
	mutex_lock(&attr->lock);
	if (!copy_from_user(attr->input, from, length)) {
		attr->input[length] = 0;
		result = kstrtoull(attr->input, 0, &value);
	}
	if (!result)
		result = attr->set(attr->data, value);
	mutex_unlock(&attr->lock);
	return result ?: size;
}
EXPORT_SYMBOL(simple_attr_write);
