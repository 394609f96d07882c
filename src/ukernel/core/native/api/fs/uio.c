// Iterators over memory, and reads and writes by them: sdk/include/linux/uio.h.
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "api.h"
#include "fs/uio.h"

void iov_iter_init(struct iov_iter *iter, unsigned int direction, const struct iovec *iov,
		   unsigned long segments, size_t count)
{
	*iter = (struct iov_iter){ .data_source = direction, .count = count, .iov = iov, .nr_segs = segments };
}
EXPORT_SYMBOL(iov_iter_init);

void iov_iter_kvec(struct iov_iter *iter, unsigned int direction, const struct kvec *kvec,
		   unsigned long segments, size_t count)
{
	*iter = (struct iov_iter){ .data_source = direction, .kernel = true, .count = count, .kvec = kvec,
				   .nr_segs = segments };
}
EXPORT_SYMBOL(iov_iter_kvec);

static void next_segment(struct iov_iter *iter)
{
	if (iter->kernel)
		iter->kvec++;
	else
		iter->iov++;
	iter->nr_segs--;
	iter->iov_offset = 0;
}

/* What is left of the segment that it is in; 0 at the end of all. */
static size_t here(struct iov_iter *iter, char **base)
{
	size_t length;

	for (; iter->count && iter->nr_segs; next_segment(iter)) {
		length = iter->kernel ? iter->kvec->iov_len : iter->iov->iov_len;
		if (length <= iter->iov_offset)
			continue;
		*base = (iter->kernel ? (char *)iter->kvec->iov_base : (char *)iter->iov->iov_base) +
			iter->iov_offset;
		return min(length - iter->iov_offset, iter->count);
	}
	return 0;
}

static void pass(struct iov_iter *iter, size_t size)
{
	iter->iov_offset += size;
	iter->count -= size;
}

void iov_iter_advance(struct iov_iter *iter, size_t size)
{
	size_t part;
	char *base;

	while (size && (part = min(here(iter, &base), size))) {
		pass(iter, part);
		size -= part;
	}
}
EXPORT_SYMBOL(iov_iter_advance);

/* How many of `size` bytes could not be moved. */
typedef unsigned long (*move_fn)(bool kernel, char *base, void *ours, size_t size);

/* `ours` is NULL where there is nothing on the other side. */
static size_t move_all(struct iov_iter *iter, char *ours, size_t size, move_fn move)
{
	size_t done = 0, part, left;
	char *base;

	kapi_may_sleep();
	while (done < size && (part = min(here(iter, &base), size - done))) {
		left = move(iter->kernel, base, ours ? ours + done : NULL, part);
		pass(iter, part - left);
		done += part - left;
		if (left)
			break;
	}
	return done;
}

static unsigned long to_there(bool kernel, char *base, void *ours, size_t size)
{
	if (!kernel)
		return copy_to_user(base, ours, size);
	memcpy(base, ours, size);
	return 0;
}

static unsigned long from_there(bool kernel, char *base, void *ours, size_t size)
{
	if (!kernel)
		return copy_from_user(ours, base, size);
	memcpy(ours, base, size);
	return 0;
}

static unsigned long clear_there(bool kernel, char *base, void *ours, size_t size)
{
	if (!kernel)
		return clear_user(base, size);
	memset(base, 0, size);
	return 0;
}

size_t copy_to_iter(const void *from, size_t size, struct iov_iter *iter)
{
	if (WARN_ON_ONCE(iter->data_source))
		return 0;
	return move_all(iter, (char *)from, size, to_there);
}
EXPORT_SYMBOL(copy_to_iter);

size_t copy_from_iter(void *to, size_t size, struct iov_iter *iter)
{
	if (WARN_ON_ONCE(!iter->data_source))
		return 0;
	return move_all(iter, to, size, from_there);
}
EXPORT_SYMBOL(copy_from_iter);

bool copy_from_iter_full(void *to, size_t size, struct iov_iter *iter)
{
	struct iov_iter before = *iter;

	if (copy_from_iter(to, size, iter) == size)
		return true;
	*iter = before;
	return false;
}
EXPORT_SYMBOL(copy_from_iter_full);

size_t iov_iter_zero(size_t size, struct iov_iter *iter)
{
	if (WARN_ON_ONCE(iter->data_source))
		return 0;
	return move_all(iter, NULL, size, clear_there);
}
EXPORT_SYMBOL(iov_iter_zero);

/* A count that the caller's buffer does not have would be a leak of what stands behind it. */
static ssize_t checked(const void *function, ssize_t result, size_t size)
{
	if (result <= 0 || (size_t)result <= size)
		return result;
	pr_err("%pS returned %zd for %zu bytes\n", function, result, size);
	return -EIO;
}

/* new_sync_read(), new_sync_write() in fs/read_write.c */
static ssize_t by_iter(ssize_t (*function)(struct kiocb *, struct iov_iter *), unsigned int direction,
		       struct file *file, char __user *memory, size_t size, loff_t *position)
{
	struct iovec segment = { memory, size };
	struct kiocb iocb;
	struct iov_iter iter;
	ssize_t result;

	init_sync_kiocb(&iocb, file);
	iocb.ki_pos = *position;
	iov_iter_init(&iter, direction, &segment, 1, size);
	result = function(&iocb, &iter);
	if (result == -EIOCBQUEUED)
		kapi_bug("%pS put off a call that its caller waits for", function);
	*position = iocb.ki_pos;
	return checked(function, result, size);
}

ssize_t kapi_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	const struct file_operations *ops = file->f_op;

	if (ops->read)
		return checked(ops->read, ops->read(file, to, size, position), size);
	return ops->read_iter ? by_iter(ops->read_iter, ITER_DEST, file, to, size, position) : -EINVAL;
}

ssize_t kapi_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	const struct file_operations *ops = file->f_op;

	if (ops->write)
		return checked(ops->write, ops->write(file, from, size, position), size);
	return ops->write_iter ? by_iter(ops->write_iter, ITER_SOURCE, file, (char __user *)from, size, position) :
				 -EINVAL;
}
