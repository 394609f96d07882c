// Ready-made file operations: sdk/include/linux/fs.h.
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/uaccess.h>

loff_t no_llseek(struct file *file, loff_t offset, int whence)
{
	return -ESPIPE;
}
EXPORT_SYMBOL(no_llseek);

loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	return file->f_pos;
}
EXPORT_SYMBOL(noop_llseek);

loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size)
{
	switch (whence) {
	case SEEK_SET:
		break;
	case SEEK_CUR:
		offset += file->f_pos;
		break;
	case SEEK_END:
		offset += size;
		break;
	default:
		return -EINVAL;
	}
	if (offset < 0 || offset > size)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}
EXPORT_SYMBOL(fixed_size_llseek);

loff_t default_llseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_END) {
		offset += file_inode(file)->i_size;
		whence = SEEK_SET;
	}
	return fixed_size_llseek(file, offset, whence, S64_MAX);
}
EXPORT_SYMBOL(default_llseek);

int nonseekable_open(struct inode *inode, struct file *file)
{
	file->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE);
	return 0;
}
EXPORT_SYMBOL(nonseekable_open);

int stream_open(struct inode *inode, struct file *file)
{
	return nonseekable_open(inode, file);
}
EXPORT_SYMBOL(stream_open);

int simple_open(struct inode *inode, struct file *file)
{
	if (inode->i_private)
		file->private_data = inode->i_private;
	return 0;
}
EXPORT_SYMBOL(simple_open);

ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *position, const void *from,
				size_t available)
{
	loff_t at = *position;
	size_t left;

	if (at < 0)
		return -EINVAL;
	if (at >= (loff_t)available || !count)
		return 0;
	count = min_t(size_t, count, available - at);
	left = copy_to_user(to, (const char *)from + at, count);
	if (left == count)
		return -EFAULT;
	*position = at + count - left;
	return count - left;
}
EXPORT_SYMBOL(simple_read_from_buffer);

ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *position,
			       const void __user *from, size_t count)
{
	loff_t at = *position;
	size_t left;

	if (at < 0)
		return -EINVAL;
	if (at >= (loff_t)available || !count)
		return 0;
	count = min_t(size_t, count, available - at);
	left = copy_from_user((char *)to + at, from, count);
	if (left == count)
		return -EFAULT;
	*position = at + count - left;
	return count - left;
}
EXPORT_SYMBOL(simple_write_to_buffer);
