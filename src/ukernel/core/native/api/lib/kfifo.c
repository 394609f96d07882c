// Rings of elements: sdk/include/linux/kfifo.h.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kfifo.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

int __kfifo_init(struct __kfifo *fifo, void *buffer, unsigned int bytes, size_t esize)
{
	unsigned int elements = bytes / esize;

	if (elements < 2)
		return -EINVAL;
	*fifo = (struct __kfifo){ .mask = rounddown_pow_of_two(elements) - 1, .esize = esize, .data = buffer };
	return 0;
}
EXPORT_SYMBOL(__kfifo_init);

int __kfifo_alloc(struct __kfifo *fifo, unsigned int elements, size_t esize, gfp_t gfp)
{
	*fifo = (struct __kfifo){ .esize = esize };
	if (elements < 2)
		return -EINVAL;
	elements = roundup_pow_of_two(elements);
	fifo->data = kmalloc_array(elements, esize, gfp);
	if (!fifo->data)
		return -ENOMEM;
	fifo->mask = elements - 1;
	return 0;
}
EXPORT_SYMBOL(__kfifo_alloc);

void __kfifo_free(struct __kfifo *fifo)
{
	kfree(fifo->data);
	*fifo = (struct __kfifo){ .esize = fifo->esize };
}
EXPORT_SYMBOL(__kfifo_free);

/* From element `at` on, `count` elements; the ring's end may lie between: then in two parts. */
struct parts {
	void *first, *second;
	size_t first_bytes, second_bytes;
};

static struct parts parts_of(const struct __kfifo *fifo, unsigned int at, unsigned int count)
{
	unsigned int begin = at & fifo->mask, to_end = min(count, fifo->mask + 1 - begin);

	return (struct parts){
		.first = (char *)fifo->data + (size_t)begin * fifo->esize,
		.second = fifo->data,
		.first_bytes = (size_t)to_end * fifo->esize,
		.second_bytes = (size_t)(count - to_end) * fifo->esize,
	};
}

static unsigned int filled(const struct __kfifo *fifo)
{
	return smp_load_acquire(&fifo->in) - smp_load_acquire(&fifo->out);
}

unsigned int __kfifo_in(struct __kfifo *fifo, const void *from, unsigned int count)
{
	struct parts to;

	count = min(count, fifo->mask + 1 - filled(fifo));
	to = parts_of(fifo, fifo->in, count);
	memcpy(to.first, from, to.first_bytes);
	memcpy(to.second, (const char *)from + to.first_bytes, to.second_bytes);
	smp_store_release(&fifo->in, fifo->in + count);
	return count;
}
EXPORT_SYMBOL(__kfifo_in);

unsigned int __kfifo_peek(struct __kfifo *fifo, void *to, unsigned int count)
{
	struct parts from;

	count = min(count, filled(fifo));
	from = parts_of(fifo, fifo->out, count);
	memcpy(to, from.first, from.first_bytes);
	memcpy((char *)to + from.first_bytes, from.second, from.second_bytes);
	return count;
}
EXPORT_SYMBOL(__kfifo_peek);

unsigned int __kfifo_out(struct __kfifo *fifo, void *to, unsigned int count)
{
	count = __kfifo_peek(fifo, to, count);
	smp_store_release(&fifo->out, fifo->out + count);
	return count;
}
EXPORT_SYMBOL(__kfifo_out);

int __kfifo_from_user(struct __kfifo *fifo, const void __user *from, unsigned long bytes, unsigned int *copied)
{
	unsigned int count = min(bytes / fifo->esize, (unsigned long)(fifo->mask + 1 - filled(fifo)));
	struct parts to = parts_of(fifo, fifo->in, count);

	*copied = 0;
	if (copy_from_user(to.first, from, to.first_bytes) ||
	    copy_from_user(to.second, (const char __user *)from + to.first_bytes, to.second_bytes))
		return -EFAULT;
	*copied = to.first_bytes + to.second_bytes;
	smp_store_release(&fifo->in, fifo->in + count);
	return 0;
}
EXPORT_SYMBOL(__kfifo_from_user);

int __kfifo_to_user(struct __kfifo *fifo, void __user *to, unsigned long bytes, unsigned int *copied)
{
	unsigned int count = min(bytes / fifo->esize, (unsigned long)filled(fifo));
	struct parts from = parts_of(fifo, fifo->out, count);

	*copied = 0;
	if (copy_to_user(to, from.first, from.first_bytes) ||
	    copy_to_user((char __user *)to + from.first_bytes, from.second, from.second_bytes))
		return -EFAULT;
	*copied = from.first_bytes + from.second_bytes;
	smp_store_release(&fifo->out, fifo->out + count);
	return 0;
}
EXPORT_SYMBOL(__kfifo_to_user);
