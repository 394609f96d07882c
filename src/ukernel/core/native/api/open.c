// Files of modules as programs open them: what stands behind files.h.
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "api.h"
#include "chrdev.h"
#include "devices.h"
#include "files.h"
#include "mmap.h"
#include "poll.h"
#include "request.h"
#include "tree.h"
#include "uio.h"
#include "ukernel/core/native/subsystems/subsystems.h"

struct open_file {
	struct list_head list;		/* of all */
	struct list_head siblings;	/* of the entry's */
	struct file file;
	struct inode inode;
	struct dentry dentry;		/* of a node that has no entry */
	struct entry *entry;		/* NULL: a device */
	struct module *owner;
	struct list_head waiters;	/* in the module's wait queues: poll.c */
	struct list_head mappings;	/* mmap.c */
	bool opened;
	bool released;
	int gone;			/* the error that it gives since what was behind it is gone */
	int calls;			/* that run in its operations */
};

static LIST_HEAD(open_files);	/* under tree_lock */

static int take_file_away(void *file);

static const struct owned_kind open_kind = {
	.one = "open file", .many = "open files", .fate = "released", .order = OWNED_CALLS,
	.take_away = take_file_away,
};

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
		owned_acquire(&open_kind, opened, path, opened->file.f_op, 0);
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
		owned_acquire(&open_kind, opened, NULL, code, 0);
	return true;
}

void file_drop(struct open_file *opened)
{
	mutex_lock(&tree_lock);
	list_del(&opened->list);
	list_del(&opened->siblings);
	mutex_unlock(&tree_lock);
	owned_release(&open_kind, opened);
	entry_put(opened->entry);
	kapi_module_put(opened->owner);
	platform_free(opened);
}

int file_begin(struct open_file *opened)
{
	int error;

	mutex_lock(&tree_lock);
	error = opened->gone;
	if (!error) {
		opened->calls++;
		if (opened->entry)
			opened->entry->calls++;
	}
	mutex_unlock(&tree_lock);
	return error;
}

void file_end(struct open_file *opened)
{
	struct entry *entry = opened->entry;

	mutex_lock(&tree_lock);
	opened->calls--;
	if (entry)
		entry->calls--;
	mutex_unlock(&tree_lock);
	if (entry)
		platform_wake(&entry->calls, INT_MAX);
}

long file_open(struct open_file *opened)
{
	const struct file_operations *fops = opened->file.f_op;
	long result = fops->open ? fops->open(&opened->inode, &opened->file) : 0;

	opened->opened = !result;
	return result;
}

/* The position that a call works on; NULL for none. */
static loff_t *position_of(struct file *file, long long *position, fmode_t needed)
{
	if (!position)
		return &file->f_pos;
	return file->f_mode & needed && *position >= 0 ? (loff_t *)position : NULL;
}

long file_read(struct open_file *opened, char *to, size_t size, long long *position)
{
	struct file *file = &opened->file;
	loff_t *at = position_of(file, position, FMODE_PREAD);

	if (!at)
		return *position < 0 ? -EINVAL : -ESPIPE;
	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	return kapi_read(file, to, size, at);
}

long file_write(struct open_file *opened, const char *from, size_t size, long long *position)
{
	struct file *file = &opened->file;
	loff_t *at = position_of(file, position, FMODE_PWRITE);

	if (!at)
		return *position < 0 ? -EINVAL : -ESPIPE;
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	return kapi_write(file, from, size, at);
}

long file_seek(struct open_file *opened, long offset, int whence)
{
	struct file *file = &opened->file;

	if (!file->f_op->llseek || !(file->f_mode & FMODE_LSEEK))
		return -ESPIPE;
	return file->f_op->llseek(file, offset, whence);
}

/* setfl(), fs/fcntl.c. */
void file_set_flags(struct open_file *opened, int flags)
{
	const unsigned int settable = O_NONBLOCK | O_APPEND;
	unsigned int others = READ_ONCE(opened->file.f_flags) & ~settable;

	WRITE_ONCE(opened->file.f_flags, others | (flags & settable));
}

long file_ioctl(struct open_file *opened, unsigned int command, unsigned long argument)
{
	struct file *file = &opened->file;
	long result;

	if (!file->f_op->unlocked_ioctl)
		return -ENOTTY;
	result = file->f_op->unlocked_ioctl(file, command, argument);
	return result == -ENOIOCTLCMD ? -ENOTTY : result;
}

long file_poll(struct open_file *opened, int event)
{
	return waiters_ask(&opened->file, &opened->waiters, event);
}

long file_fasync(struct open_file *opened, int on, int owner)
{
	struct file *file = &opened->file;
	int result;

	file->f_owner.pid = owner;
	if (!file->f_op->fasync)
		return 0;
	result = file->f_op->fasync(-1, file, on);
	if (result >= 0)
		file->f_flags = on ? file->f_flags | FASYNC : file->f_flags & ~FASYNC;
	return min(result, 0);
}

/* do_mmap(), mm/mmap.c. */
long file_map(struct open_file *opened, unsigned long long offset, size_t size, int protection, long *pages)
{
	struct file *file = &opened->file;
	const int writes = 2;
	struct list_head *made;
	bool late;

	if (!size || (offset | size) & ~PAGE_MASK)
		return -EINVAL;
	if (!(file->f_mode & FMODE_READ) || (protection & writes && !(file->f_mode & FMODE_WRITE)))
		return -EACCES;
	if (!file->f_op->mmap)
		return -ENODEV;
	made = mapping_new(file, offset >> PAGE_SHIFT, size, protection, pages);
	if (IS_ERR(made))
		return PTR_ERR(made);
	mutex_lock(&tree_lock);
	late = opened->released;
	if (!late)
		list_add_tail(made, &opened->mappings);
	mutex_unlock(&tree_lock);
	if (late)
		mapping_drop(made);
	return late ? -ENODEV : 0;
}

/* The module's part of the end of a file; its result is that of flush. */
static long finish(struct open_file *opened)
{
	const struct file_operations *fops = opened->file.f_op;
	long result;

	waiters_drop(&opened->waiters);
	while (!list_empty(&opened->mappings))
		mapping_drop(opened->mappings.next);
	result = fops->flush ? fops->flush(&opened->file, NULL) : 0;
	if ((opened->file.f_flags & FASYNC) && fops->fasync)
		fops->fasync(-1, &opened->file, 0);
	if (fops->release)
		fops->release(&opened->inode, &opened->file);
	return result;
}

static bool release_once(struct open_file *opened)
{
	if (!opened->opened || opened->released)
		return false;
	opened->released = true;
	return true;
}

long file_release(struct open_file *opened)
{
	bool due;

	mutex_lock(&tree_lock);
	due = release_once(opened);
	mutex_unlock(&tree_lock);
	return due ? finish(opened) : 0;
}

void open_files_gone(struct entry *entry)
{
	struct open_file *opened;

again:
	list_for_each_entry(opened, &entry->files, siblings) {
		opened->gone = entry->gone_error;
		if (!entry->released_early || !release_once(opened))
			continue;
		mutex_unlock(&tree_lock);
		finish(opened);
		mutex_lock(&tree_lock);
		goto again;
	}
}

/* Files whose operations lie in memory that is about to go, and that nothing held: a module whose
 * file_operations have no owner. */
void files_forget(const void *begin, size_t size)
{
	struct open_file *opened;

	mutex_lock(&tree_lock);
	list_for_each_entry(opened, &open_files, list) {
		if ((size_t)((const char *)opened->file.f_op - (const char *)begin) >= size)
			continue;
		opened->gone = -ENODEV;
		opened->released = true;
		opened->owner = NULL;
	}
	mutex_unlock(&tree_lock);
}

/* A device's file that is open when its module has gone, for the same reason. */
static int take_file_away(void *file)
{
	struct open_file *opened = file;
	bool due, runs;

	mutex_lock(&tree_lock);
	opened->gone = -ENODEV;
	runs = opened->calls;
	due = !runs && release_once(opened);
	mutex_unlock(&tree_lock);
	if (due)
		finish(opened);
	return runs ? -1 : 0;
}
