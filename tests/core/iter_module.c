/* What a module with read_iter and write_iter does, for iter_test.cc. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uio.h>

#include "iter_module.h"

char test_iterated[16];
int test_iter_append;
int test_iter_puts_off;

static ssize_t iter_read(struct kiocb *iocb, struct iov_iter *to)
{
	size_t done;

	if (test_iter_puts_off)
		return -EIOCBQUEUED;
	if (!is_sync_kiocb(iocb) || iov_iter_rw(to) != READ || iocb->ki_pos > sizeof(test_iterated))
		return -EINVAL;
	done = copy_to_iter(test_iterated + iocb->ki_pos,
			    min(iov_iter_count(to), sizeof(test_iterated) - (size_t)iocb->ki_pos), to);
	iocb->ki_pos += done;
	return done;
}

static ssize_t iter_write(struct kiocb *iocb, struct iov_iter *from)
{
	size_t done;

	if (iov_iter_rw(from) != WRITE || iocb->ki_pos > sizeof(test_iterated))
		return -EINVAL;
	test_iter_append = !!(iocb->ki_flags & IOCB_APPEND);
	iov_iter_truncate(from, sizeof(test_iterated) - iocb->ki_pos);
	done = copy_from_iter(test_iterated + iocb->ki_pos, iov_iter_count(from), from);
	iocb->ki_pos += done;
	return done;
}

static const struct file_operations iter_ops = {
	.read_iter = iter_read, .write_iter = iter_write, .llseek = default_llseek,
};

static struct miscdevice device = { .minor = MISC_DYNAMIC_MINOR, .name = "iterated", .fops = &iter_ops };

int test_iter_add(void)
{
	return misc_register(&device);
}

void test_iter_remove(void)
{
	misc_deregister(&device);
}

int test_iter_scatter(char *first, char *second)
{
	const struct kvec segments[] = { { first, 2 }, { NULL, 0 }, { second, 3 } };
	struct iov_iter iter;

	iov_iter_kvec(&iter, ITER_DEST, segments, 3, 5);
	iov_iter_advance(&iter, 1);
	return copy_to_iter("abcdef", 6, &iter);
}

static struct iov_iter source(void)
{
	static const struct kvec segments[] = { { "ab", 2 }, { "cd", 2 } };
	struct iov_iter iter;

	iov_iter_kvec(&iter, ITER_SOURCE, segments, 2, 4);
	return iter;
}

int test_iter_gather(char *to, int size)
{
	struct iov_iter iter = source();

	return copy_from_iter(to, size, &iter);
}

int test_iter_gather_all(char *to, int size)
{
	struct iov_iter iter = source();
	bool all = copy_from_iter_full(to, size, &iter);

	return all && iov_iter_count(&iter) == 4 - size ? 1 : all || iov_iter_count(&iter) != 4 ? -1 : 0;
}

int test_iter_wrong_way(void)
{
	struct iov_iter iter = source();

	return copy_to_iter("x", 1, &iter);
}
