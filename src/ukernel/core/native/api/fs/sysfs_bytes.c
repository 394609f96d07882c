// Binary attributes: sdk/include/linux/sysfs.h. As fs/sysfs/file.c (sysfs_kf_bin_read) and fs/kernfs/file.c.
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/uaccess.h>
#include <asm/page.h>

#include "api.h"
#include "fs/sysfs_bytes.h"
#include "fs/tree.h"

/* Of an open one. */
struct bytes {
	struct mutex lock;
	char page[PAGE_SIZE];
};

static struct kobject *kobject_of(struct file *file)
{
	return file_inode(file)->i_entry->context;
}

static struct bin_attribute *attribute_of(struct file *file)
{
	return file_inode(file)->i_private;
}

static int open(struct inode *inode, struct file *file)
{
	const struct bin_attribute *attr = attribute_of(file);
	struct bytes *bytes;

	if (((file->f_mode & FMODE_READ) && !attr->read && !attr->mmap) ||
	    ((file->f_mode & FMODE_WRITE) && !attr->write && !attr->mmap))
		return -EACCES;
	bytes = platform_alloc(sizeof(*bytes), 16, 1);
	if (!bytes)
		return -ENOMEM;
	mutex_init(&bytes->lock);
	file->private_data = bytes;
	return 0;
}

static int release(struct inode *inode, struct file *file)
{
	platform_free(file->private_data);
	return 0;
}

/* How much of `size` bytes there is from a position on. */
static size_t rest(const struct bin_attribute *attr, size_t size, loff_t position)
{
	size = min(size, PAGE_SIZE);
	if (!attr->size)
		return size;
	return position < (loff_t)attr->size ? min_t(size_t, size, attr->size - position) : 0;
}

static ssize_t read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct bin_attribute *attr = attribute_of(file);
	struct bytes *bytes = file->private_data;
	ssize_t result = 0;

	size = rest(attr, size, *position);
	if (!size)
		return 0;
	if (!attr->read)
		return -EIO;
	mutex_lock(&bytes->lock);
	result = attr->read(file, kobject_of(file), attr, bytes->page, *position, size);
	if (result > (ssize_t)size)
		result = -EIO;
	if (result > 0 && copy_to_user(to, bytes->page, result))
		result = -EFAULT;
	mutex_unlock(&bytes->lock);
	if (result > 0)
		*position += result;
	return result;
}

static ssize_t write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct bin_attribute *attr = attribute_of(file);
	struct bytes *bytes = file->private_data;
	ssize_t result = -EFAULT;

	if (attr->size && *position >= (loff_t)attr->size)
		return size ? -EFBIG : 0;
	size = rest(attr, size, *position);
	if (!size)
		return 0;
	if (!attr->write)
		return -EIO;
	mutex_lock(&bytes->lock);
	if (!copy_from_user(bytes->page, from, size))
		result = attr->write(file, kobject_of(file), attr, bytes->page, *position, size);
	mutex_unlock(&bytes->lock);
	if (result > 0)
		*position += result;
	return result;
}

static int map(struct file *file, struct vm_area_struct *vma)
{
	struct bin_attribute *attr = attribute_of(file);

	return attr->mmap(file, kobject_of(file), attr, vma);
}

static loff_t seek(struct file *file, loff_t offset, int whence)
{
	const struct bin_attribute *attr = attribute_of(file);

	return fixed_size_llseek(file, offset, whence, attr->size ?: S64_MAX);
}

const struct file_operations bytes_fops = {
	.open = open, .release = release, .read = read, .write = write, .llseek = seek,
};

const struct file_operations mapped_bytes_fops = {
	.open = open, .release = release, .read = read, .write = write, .llseek = seek, .mmap = map,
};
