// Opening files of modules, the first part of files.h: what a path leads to, and who keeps it.
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#include "fs/chrdev.h"
#include "fs/chrdev_nodes.h"
#include "fs/open_file.h"
#include "kernel/request.h"
#include "ukernel/core/native/subsystems/subsystems.h"

static void tell(const struct entry *entry, struct file_facts *to)
{
	to->mode = entry->mode;
	to->major = MAJOR(entry->device);
	to->minor = MINOR(entry->device);
	to->uid = entry->uid.val;
	to->gid = entry->gid.val;
	to->size = entry->size;
	to->shared = entry->shared;
	strscpy(to->target, entry->target ?: "", sizeof(to->target));
}

int files_find(const char *path, struct file_facts *to)
{
	struct entry *entry = entry_at(path);
	dev_t device;
	int error;

	memset(to, 0, sizeof(*to));
	if (entry) {
		tell(entry, to);
		entry_put(entry);
		return 0;
	}
	error = device_number(path, &device);
	if (error)
		return error;
	mutex_lock(&chrdev_lock);
	if (!chrdev_device_of(device))
		error = -ENXIO;
	mutex_unlock(&chrdev_lock);
	to->mode = S_IFCHR | 0600;
	to->major = MAJOR(device);
	to->minor = MINOR(device);
	return error;
}

void files_list(const char *path, void (*visit)(void *to, const char *name), void *to)
{
	struct entry *folder = entry_at(path), *entry;

	if (!folder)
		return;
	mutex_lock(&tree_lock);
	list_for_each_entry(entry, &folder->children, siblings)
		visit(to, entry->name);
	mutex_unlock(&tree_lock);
	if (folder == &tree_dev)
		device_each(visit, to);
	entry_put(folder);
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

static bool take_device(struct open_file *opened, dev_t device)
{
	struct cdev *cdev;

	mutex_lock(&chrdev_lock);
	cdev = chrdev_device_of(device);
	/* The reference keeps the module, and with it the cdev, from here on. */
	if (cdev && kapi_module_get(cdev->ops->owner)) {
		opened->owner = cdev->ops->owner;
		opened->file.f_op = cdev->ops;
		opened->inode.i_cdev = cdev->allocated ? NULL : cdev;
		opened->inode.i_rdev = device;
		opened->file.private_data = cdev->private_data;
	}
	mutex_unlock(&chrdev_lock);
	return opened->file.f_op;
}

/* Its open() asks for the module where there is none yet. */
static int take_block(struct open_file *opened, dev_t device)
{
	opened->inode.i_mode = S_IFBLK | 0660;
	opened->inode.i_rdev = device;
	opened->file.f_op = &block_file_operations;
	return 0;
}

static bool block_number(const char *path, dev_t *device)
{
	unsigned int major, minor;

	if (sscanf(path, "/dev/block/%u:%u", &major, &minor) != 2)
		return false;
	*device = MKDEV(major, minor);
	return true;
}

/* Who opens a device that no driver serves has one loaded, and looks again: base_probe() in
 * fs/char_dev.c; of misc devices misc_open() in drivers/char/misc.c. */
static int take_driven_device(struct open_file *opened, dev_t device)
{
	unsigned int major = MAJOR(device), minor = MINOR(device);

	if (take_device(opened, device))
		return 0;
	if (kapi_request(NULL, "char-major-%u-%u", major, minor) > 0 && major != MISC_MAJOR)
		kapi_request(NULL, "char-major-%u", major);
	return take_device(opened, device) ? 0 : -ENXIO;
}

static int take_entry(struct open_file *opened, struct entry *entry)
{
	int access = opened->file.f_flags & O_ACCMODE;

	if (S_ISDIR(entry->mode))
		return -EISDIR;
	if (S_ISLNK(entry->mode))
		return -ELOOP;
	if ((access != O_WRONLY && !(entry->mode & 0444)) || (access != O_RDONLY && !(entry->mode & 0222)))
		return -EACCES;
	opened->inode.i_mode = entry->mode;
	opened->inode.i_uid = entry->uid;
	opened->inode.i_gid = entry->gid;
	if (S_ISCHR(entry->mode))
		return take_driven_device(opened, entry->device);
	if (S_ISBLK(entry->mode))
		return take_block(opened, entry->device);
	if (!kapi_module_get(entry->owner))
		return -ENOENT;
	opened->owner = entry->owner;
	opened->entry = entry;
	opened->file.f_op = entry->fops;
	opened->file.f_path.dentry = &entry->dentry;
	opened->inode.i_size = entry->size;
	opened->inode.i_private = entry->data;
	opened->inode.i_entry = entry;
	return 0;
}

static int take(struct open_file *opened, const char *path)
{
	struct entry *entry = entry_at(path);
	dev_t device;
	int error;

	if (entry) {
		error = take_entry(opened, entry);
		if (opened->entry != entry)
			entry_put(entry);
		return error;
	}
	if (block_number(path, &device))
		return take_block(opened, device);
	error = device_number(path, &device);
	if (error)
		return error;
	opened->inode.i_mode = S_IFCHR | 0600;
	return take_driven_device(opened, device);
}

/* Nobody may take the entry away between its finding and this. */
static int list_it(struct open_file *opened)
{
	int error = 0;

	mutex_lock(&tree_lock);
	if (opened->entry && opened->entry->gone)
		error = -ENOENT;
	else if (opened->entry)
		list_add_tail(&opened->siblings, &opened->entry->files);
	list_add_tail(&opened->list, &open_files);
	mutex_unlock(&tree_lock);
	return error;
}

static struct open_file *new_file(int flags)
{
	struct open_file *opened = platform_alloc(sizeof(*opened), 16, 1);

	if (!opened)
		return NULL;
	INIT_LIST_HEAD(&opened->siblings);
	INIT_LIST_HEAD(&opened->waiters);
	INIT_LIST_HEAD(&opened->mappings);
	spin_lock_init(&opened->file.f_lock);
	opened->dentry.d_name.name = (const unsigned char *)"";
	opened->dentry.d_inode = &opened->inode;
	opened->file.f_path.dentry = &opened->dentry;
	opened->file.f_inode = &opened->inode;
	opened->file.f_flags = flags;
	opened->file.f_mode = mode_of(flags);
	return opened;
}

int file_prepare(const char *path, int flags, struct open_file **to)
{
	struct open_file *opened = new_file(flags);
	int error;

	if (!opened)
		return -ENOMEM;
	error = take(opened, path);
	if (error) {
		platform_free(opened);
		return error;
	}
	error = list_it(opened);
	if (error)
		file_drop(opened);
	else
		*to = opened;
	if (!error && !opened->owner && S_ISCHR(opened->inode.i_mode))
		owned_acquire(&open_file_kind, opened, path, opened->file.f_op, 0);
	return error;
}

int file_prepare_with(const struct file_operations *fops, void *data, int flags, struct open_file **to)
{
	struct open_file *opened = new_file(flags);

	if (!opened)
		return -ENOMEM;
	opened->file.f_op = fops;
	opened->file.private_data = data;
	*to = opened;
	return list_it(opened);
}

bool file_serve(struct file *file, struct module *owner, const void *code)
{
	struct open_file *opened = container_of(file, struct open_file, file);

	if (!kapi_module_get(owner))
		return false;
	opened->owner = owner;
	if (!owner)
		owned_acquire(&open_file_kind, opened, NULL, code, 0);
	return true;
}
