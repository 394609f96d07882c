// Nodes and open files of character devices: what stands behind devices.h.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "api.h"
#include "chrdev.h"
#include "devices.h"

struct device_file {
	struct list_head list;
	struct file file;
	struct inode inode;
	struct module *owner;
	bool gone;		/* the module's memory is not there any more */
};

static LIST_HEAD(open_files);	/* under chrdev_lock */

/* "NAME" or "NAMEn" under a region: its minor, or -1. */
static int minor_of(const struct chrdev_region *region, const char *name)
{
	size_t length = strlen(region->name);
	unsigned int further;

	if (strncmp(name, region->name, length))
		return -1;
	name += length;
	if (!*name)
		return region->first;
	if (*name == '0' || kstrtouint(name, 10, &further) || further >= region->count)
		return -1;
	return region->first + further;
}

static int number_of_name(const char *name, unsigned int *major, unsigned int *minor)
{
	struct chrdev_region *region;
	int error = -ENOENT;

	list_for_each_entry(region, &chrdev_regions, list) {
		int found = minor_of(region, name);

		if (found < 0 || (!error && strcmp(region->name, name)))
			continue;	/* "NAME1" itself goes before "NAME" and its minor 1 */
		*major = region->major;
		*minor = found;
		error = chrdev_device_of(MKDEV(region->major, found)) ? 0 : -ENXIO;
	}
	return error;
}

int device_number(const char *path, unsigned int *major, unsigned int *minor)
{
	int error;

	if (sscanf(path, "/dev/char/%u:%u", major, minor) == 2)
		return 0;
	if (strncmp(path, "/dev/", 5))
		return -ENOENT;
	mutex_lock(&chrdev_lock);
	error = number_of_name(path + 5, major, minor);
	mutex_unlock(&chrdev_lock);
	return error;
}

void device_each(void (*visit)(void *to, const char *path, unsigned int major, unsigned int minor), void *to)
{
	struct chrdev_region *region;
	char path[96];

	mutex_lock(&chrdev_lock);
	list_for_each_entry(region, &chrdev_regions, list) {
		/* All minors of register_chrdev() can be opened; one of them stands for it. */
		unsigned int count = region->whole ? 1 : region->count;

		for (unsigned int index = 0; index < count; index++) {
			unsigned int minor = region->first + index;

			if (!chrdev_device_of(MKDEV(region->major, minor)))
				continue;
			if (index)
				snprintf(path, sizeof(path), "/dev/%s%u", region->name, index);
			else
				snprintf(path, sizeof(path), "/dev/%s", region->name);
			visit(to, path, region->major, minor);
		}
	}
	mutex_unlock(&chrdev_lock);
}

static fmode_t mode_of(int flags)
{
	int access = flags & O_ACCMODE;
	fmode_t mode = FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE;

	if (access == O_RDONLY || access == O_RDWR)
		mode |= FMODE_READ;
	if (access == O_WRONLY || access == O_RDWR)
		mode |= FMODE_WRITE;
	return mode;
}

int device_prepare(unsigned int major, unsigned int minor, int flags, struct device_file **to)
{
	struct device_file *opened = kzalloc(sizeof(*opened), GFP_KERNEL);
	struct cdev *cdev;

	if (!opened)
		return -ENOMEM;
	mutex_lock(&chrdev_lock);
	cdev = chrdev_device_of(MKDEV(major, minor));
	/* The reference keeps the module, and with it the cdev, from here on. */
	if (cdev && try_module_get(cdev->ops->owner)) {
		opened->owner = cdev->ops->owner;
		opened->file.f_op = cdev->ops;
		opened->inode.i_cdev = cdev->allocated ? NULL : cdev;
		list_add_tail(&opened->list, &open_files);
	}
	mutex_unlock(&chrdev_lock);
	if (!opened->file.f_op) {
		kfree(opened);
		return -ENXIO;
	}
	opened->inode.i_mode = S_IFCHR | 0600;
	opened->inode.i_rdev = MKDEV(major, minor);
	opened->file.f_inode = &opened->inode;
	opened->file.f_flags = flags;
	opened->file.f_mode = mode_of(flags);
	*to = opened;
	return 0;
}

void device_drop(struct device_file *opened)
{
	mutex_lock(&chrdev_lock);
	list_del(&opened->list);
	mutex_unlock(&chrdev_lock);
	if (!opened->gone)
		module_put(opened->owner);
	kfree(opened);
}

long device_open(struct device_file *opened)
{
	const struct file_operations *fops = opened->file.f_op;

	return fops->open ? fops->open(&opened->inode, &opened->file) : 0;
}

/* A count that the caller's buffer does not have would be a leak of what stands behind it. */
static long checked(const void *function, long result, size_t size)
{
	if (result <= 0 || (size_t)result <= size)
		return result;
	pr_err("%pS returned %ld for %zu bytes\n", function, result, size);
	return -EIO;
}

long device_read(struct device_file *opened, char *to, size_t size)
{
	struct file *file = &opened->file;

	if (opened->gone)
		return -ENODEV;
	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	if (!file->f_op->read)
		return -EINVAL;
	return checked(file->f_op->read, file->f_op->read(file, to, size, &file->f_pos), size);
}

long device_write(struct device_file *opened, const char *from, size_t size)
{
	struct file *file = &opened->file;

	if (opened->gone)
		return -ENODEV;
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!file->f_op->write)
		return -EINVAL;
	return checked(file->f_op->write, file->f_op->write(file, from, size, &file->f_pos), size);
}

long device_seek(struct device_file *opened, long offset, int whence)
{
	struct file *file = &opened->file;

	if (opened->gone)
		return -ENODEV;
	if (!file->f_op->llseek || !(file->f_mode & FMODE_LSEEK))
		return -ESPIPE;
	return file->f_op->llseek(file, offset, whence);
}

long device_ioctl(struct device_file *opened, unsigned int command, unsigned long argument)
{
	struct file *file = &opened->file;
	long result;

	if (opened->gone)
		return -ENODEV;
	if (!file->f_op->unlocked_ioctl)
		return -ENOTTY;
	result = file->f_op->unlocked_ioctl(file, command, argument);
	return result == -ENOIOCTLCMD ? -ENOTTY : result;
}

long device_release(struct device_file *opened)
{
	const struct file_operations *fops = opened->file.f_op;

	if (opened->gone || !fops->release)
		return 0;
	return fops->release(&opened->inode, &opened->file);
}

void device_forget(const void *begin, size_t size)
{
	struct device_file *opened;

	mutex_lock(&chrdev_lock);
	chrdev_forget(begin, size);
	list_for_each_entry(opened, &open_files, list) {
		const void *owner = opened->owner, *fops = opened->file.f_op;

		if ((size_t)((char *)fops - (char *)begin) < size ||
		    (size_t)((char *)owner - (char *)begin) < size)
			opened->gone = true;
	}
	mutex_unlock(&chrdev_lock);
}
