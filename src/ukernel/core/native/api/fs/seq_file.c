// Files whose text is made record by record: sdk/include/linux/seq_file.h.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/page.h>

#include "api.h"

#define LARGEST_BUFFER (64ul << 20)

static bool larger_buffer(struct seq_file *m)
{
	size_t size = m->size ? m->size * 2 : PAGE_SIZE;

	kvfree(m->buf);
	m->count = 0;
	m->buf = size <= LARGEST_BUFFER ? kvmalloc(size, GFP_KERNEL) : NULL;
	m->size = m->buf ? size : 0;
	return m->buf;
}

static void *after(struct seq_file *m, void *record)
{
	loff_t index = m->index;

	record = m->op->next(m, record, &m->index);
	if (m->index == index)
		m->index++;	/* a next() that does not count */
	return record;
}

/* The first record that is not empty, whatever buffer it takes. 1: it is in the buffer, and the pass is
 * not ended; 0: the end of the file; -errno: the pass is ended. */
static int first_record(struct seq_file *m, void **record)
{
	for (;;) {
		int result = 0;

		*record = m->op->start(m, &m->index);
		while (!IS_ERR_OR_NULL(*record)) {
			m->count = 0;
			result = m->op->show(m, *record);
			if (result < 0)
				break;
			if (result > 0)
				m->count = 0;
			if (m->count)
				break;
			*record = after(m, *record);
		}
		if (IS_ERR_OR_NULL(*record) || result < 0) {
			m->op->stop(m, *record);
			m->count = 0;
			return IS_ERR(*record) ? PTR_ERR(*record) : min(result, 0);
		}
		if (!seq_has_overflowed(m))
			return 1;
		m->op->stop(m, *record);
		if (!larger_buffer(m))
			return -ENOMEM;
	}
}

/* Records until the buffer has `wanted` bytes or no more fit. 0: the end; 1; -errno. */
static int fill(struct seq_file *m, size_t wanted)
{
	void *record;
	int result;

	m->from = m->count = 0;
	if (!m->buf && !larger_buffer(m))
		return -ENOMEM;
	result = first_record(m, &record);
	if (result <= 0)
		return result;
	for (;;) {
		size_t before = m->count;

		record = after(m, record);
		if (IS_ERR_OR_NULL(record) || before >= wanted)
			break;
		result = m->op->show(m, record);
		if (result < 0 || seq_has_overflowed(m)) {
			m->count = before;	/* the next pass begins with it */
			break;
		}
		if (result > 0)
			m->count = before;
	}
	m->op->stop(m, record);
	return 1;
}

/* What of the buffer fits; negative if none can be copied. */
static ssize_t give(struct seq_file *m, char __user *to, size_t size)
{
	size_t part = min(m->count - m->from, size);

	if (part && copy_to_user(to, m->buf + m->from, part))
		return -EFAULT;
	m->from += part;
	return part;
}

/* Makes the text up to a position again, and forgets it. */
static int skip_to(struct seq_file *m, loff_t position)
{
	m->index = m->read_pos = 0;
	m->from = m->count = 0;
	while (m->read_pos < position) {
		size_t part;

		if (m->from == m->count) {
			int result = fill(m, 1);

			if (result <= 0)
				return result;
		}
		part = min_t(size_t, m->count - m->from, position - m->read_pos);
		m->from += part;
		m->read_pos += part;
	}
	return 0;
}

ssize_t seq_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct seq_file *m = file->private_data;
	ssize_t done = 0, part;
	int result = 0;

	if (!size)
		return 0;
	mutex_lock(&m->lock);
	if (*position != m->read_pos || !*position)
		result = skip_to(m, *position);
	if (!result && m->from < m->count) {
		done = give(m, to, size);
		result = min_t(ssize_t, done, 0);
	}
	/* A full buffer's rest first; then one more, so that a read gives what it can. */
	if (!result && (size_t)done < size) {
		result = fill(m, size - done);
		if (result > 0) {
			part = give(m, to + done, size - done);
			result = min_t(ssize_t, part, 0);
			done += max_t(ssize_t, part, 0);
		}
	}
	if (done > 0) {
		*position += done;
		m->read_pos = *position;
	}
	mutex_unlock(&m->lock);
	return done > 0 ? done : result;
}
EXPORT_SYMBOL(seq_read);

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	struct seq_file *m = file->private_data;
	loff_t result = -EINVAL;

	mutex_lock(&m->lock);
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	if ((whence == SEEK_CUR || whence == SEEK_SET) && offset >= 0) {
		result = offset;
		if (offset != m->read_pos) {
			int error = skip_to(m, offset);

			if (error < 0)
				result = error;
		}
		if (result >= 0)
			file->f_pos = m->read_pos = offset;
	}
	mutex_unlock(&m->lock);
	return result;
}
EXPORT_SYMBOL(seq_lseek);

int seq_open(struct file *file, const struct seq_operations *op)
{
	struct seq_file *m = kzalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return -ENOMEM;
	mutex_init(&m->lock);
	m->op = op;
	m->file = file;
	file->private_data = m;
	file->f_mode &= ~FMODE_PWRITE;
	return 0;
}
EXPORT_SYMBOL(seq_open);

int seq_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kvfree(m->buf);
	kfree(m);
	return 0;
}
EXPORT_SYMBOL(seq_release);

void *__seq_open_private(struct file *file, const struct seq_operations *op, int size)
{
	void *private = kzalloc(size, GFP_KERNEL);

	if (!private || seq_open(file, op)) {
		kfree(private);
		return NULL;
	}
	((struct seq_file *)file->private_data)->private = private;
	return private;
}
EXPORT_SYMBOL(__seq_open_private);

int seq_open_private(struct file *file, const struct seq_operations *op, int size)
{
	return __seq_open_private(file, op, size) ? 0 : -ENOMEM;
}
EXPORT_SYMBOL(seq_open_private);

int seq_release_private(struct inode *inode, struct file *file)
{
	kfree(((struct seq_file *)file->private_data)->private);
	return seq_release(inode, file);
}
EXPORT_SYMBOL(seq_release_private);

static void *single_start(struct seq_file *m, loff_t *position)
{
	return *position ? NULL : SEQ_START_TOKEN;
}

static void *single_next(struct seq_file *m, void *v, loff_t *position)
{
	++*position;
	return NULL;
}

static void single_stop(struct seq_file *m, void *v)
{
}

int single_open(struct file *file, int (*show)(struct seq_file *m, void *v), void *data)
{
	struct seq_operations *op = kmalloc(sizeof(*op), GFP_KERNEL);
	int error = -ENOMEM;

	if (op) {
		*op = (struct seq_operations){ single_start, single_stop, single_next, show };
		error = seq_open(file, op);
	}
	if (error)
		kfree(op);
	else
		((struct seq_file *)file->private_data)->private = data;
	return error;
}
EXPORT_SYMBOL(single_open);

int single_open_size(struct file *file, int (*show)(struct seq_file *m, void *v), void *data, size_t size)
{
	char *buffer = kvmalloc(size, GFP_KERNEL);
	int error = buffer ? single_open(file, show, data) : -ENOMEM;
	struct seq_file *m = file->private_data;

	if (error) {
		kvfree(buffer);
		return error;
	}
	m->buf = buffer;
	m->size = size;
	return 0;
}
EXPORT_SYMBOL(single_open_size);

int single_release(struct inode *inode, struct file *file)
{
	kfree(((struct seq_file *)file->private_data)->op);
	return seq_release(inode, file);
}
EXPORT_SYMBOL(single_release);

static void overflow(struct seq_file *m)
{
	m->count = m->size;
}

int seq_write(struct seq_file *m, const void *data, size_t size)
{
	if (m->count + size >= m->size) {
		overflow(m);
		return -1;
	}
	memcpy(m->buf + m->count, data, size);
	m->count += size;
	return 0;
}
EXPORT_SYMBOL(seq_write);

void seq_puts(struct seq_file *m, const char *text)
{
	seq_write(m, text, strlen(text));
}
EXPORT_SYMBOL(seq_puts);

void seq_putc(struct seq_file *m, char c)
{
	seq_write(m, &c, 1);
}
EXPORT_SYMBOL(seq_putc);

void seq_vprintf(struct seq_file *m, const char *format, va_list arguments)
{
	size_t room = m->size - m->count;
	int length = room ? vsnprintf(m->buf + m->count, room, format, arguments) : 0;

	if (length < room)
		m->count += length;
	else
		overflow(m);
}
EXPORT_SYMBOL(seq_vprintf);

void seq_printf(struct seq_file *m, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	seq_vprintf(m, format, arguments);
	va_end(arguments);
}
EXPORT_SYMBOL(seq_printf);

void seq_put_decimal_ull(struct seq_file *m, const char *before, unsigned long long number)
{
	seq_printf(m, "%s%llu", before ?: "", number);
}
EXPORT_SYMBOL(seq_put_decimal_ull);

void seq_put_decimal_ll(struct seq_file *m, const char *before, long long number)
{
	seq_printf(m, "%s%lld", before ?: "", number);
}
EXPORT_SYMBOL(seq_put_decimal_ll);

void seq_escape(struct seq_file *m, const char *text, const char *escaped)
{
	for (; *text; text++) {
		if (strchr(escaped, *text))
			seq_printf(m, "\\%03o", (unsigned char)*text);
		else
			seq_putc(m, *text);
	}
}
EXPORT_SYMBOL(seq_escape);

void seq_pad(struct seq_file *m, char c)
{
	while (m->count < m->pad_until && !seq_has_overflowed(m))
		seq_putc(m, ' ');
	if (c)
		seq_putc(m, c);
}
EXPORT_SYMBOL(seq_pad);

struct list_head *seq_list_start(struct list_head *head, loff_t position)
{
	struct list_head *at;

	list_for_each(at, head)
		if (!position--)
			return at;
	return NULL;
}
EXPORT_SYMBOL(seq_list_start);

struct list_head *seq_list_start_head(struct list_head *head, loff_t position)
{
	return position ? seq_list_start(head, position - 1) : head;
}
EXPORT_SYMBOL(seq_list_start_head);

struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *position)
{
	struct list_head *next = ((struct list_head *)v)->next;

	++*position;
	return next == head ? NULL : next;
}
EXPORT_SYMBOL(seq_list_next);
