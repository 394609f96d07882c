// What programs do with an open file, the second part of files.h: the system calls' own rules, then the module.
#include <linux/kernel.h>
#include <linux/mm.h>

#include "fs/open_file.h"
#include "fs/poll.h"
#include "fs/uio.h"
#include "mm/mmap.h"

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
