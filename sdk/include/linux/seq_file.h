#ifndef _LINUX_SEQ_FILE_H
#define _LINUX_SEQ_FILE_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <linux/types.h>

struct seq_operations;

/*
 * A file whose text is made record by record. start() gives the record at *pos, next() the one after
 * it, show() prints it into the buffer, stop() ends the pass; start and next give NULL at the end.
 * What did not fit is shown again into a larger buffer. Source of all: fs/seq_file.c.
 */
struct seq_file {
	char *buf;
	size_t size;		/* of buf */
	size_t from;		/* what of it was not read yet */
	size_t count;		/* how much is in it */
	size_t pad_until;
	loff_t index;		/* of the next record */
	loff_t read_pos;
	struct mutex lock;
	const struct seq_operations *op;
	const struct file *file;
	void *private;
};

struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, loff_t *pos);
	int (*show)(struct seq_file *m, void *v);	/* 0, SEQ_SKIP, -errno */
};

#define SEQ_SKIP 1
#define SEQ_START_TOKEN ((void *)1)

/**
 * seq_open - the open() of such a file; file->private_data becomes its seq_file
 *
 * Context: may sleep. Returns 0 or -ENOMEM. seq_open_private: with `size` cleared bytes as m->private,
 * which seq_release_private frees; __seq_open_private gives them back, or NULL.
 */
int seq_open(struct file *file, const struct seq_operations *op);
int seq_open_private(struct file *file, const struct seq_operations *op, int size);
void *__seq_open_private(struct file *file, const struct seq_operations *op, int size);
/** seq_read, seq_lseek, seq_release - the other operations. Context: may sleep. -ENOMEM, -EINVAL. */
ssize_t seq_read(struct file *file, char __user *to, size_t size, loff_t *position);
loff_t seq_lseek(struct file *file, loff_t offset, int whence);
int seq_release(struct inode *inode, struct file *file);
int seq_release_private(struct inode *inode, struct file *file);

/**
 * single_open - a file of one record, that show() prints; m->private is data
 *
 * single_open_size: the buffer has that size at first. single_release is its release().
 */
int single_open(struct file *file, int (*show)(struct seq_file *m, void *v), void *data);
int single_open_size(struct file *file, int (*show)(struct seq_file *m, void *v), void *data, size_t size);
int single_release(struct inode *inode, struct file *file);

/* Printing, in show(): what does not fit is no error, the record is shown again. Context: any. */
__printf(2, 3) void seq_printf(struct seq_file *m, const char *format, ...);
void seq_vprintf(struct seq_file *m, const char *format, va_list arguments);
void seq_puts(struct seq_file *m, const char *text);
void seq_putc(struct seq_file *m, char c);
int seq_write(struct seq_file *m, const void *data, size_t size);
void seq_put_decimal_ull(struct seq_file *m, const char *before, unsigned long long number);
void seq_put_decimal_ll(struct seq_file *m, const char *before, long long number);
/** seq_escape - the text, with the characters of `escaped` as \ooo. */
void seq_escape(struct seq_file *m, const char *text, const char *escaped);
/** seq_setwidth - the text from here on takes `width` at least; seq_pad() fills up, and prints c. */
static inline void seq_setwidth(struct seq_file *m, size_t width)
{
	m->pad_until = m->count + width;
}
void seq_pad(struct seq_file *m, char c);

static inline bool seq_has_overflowed(struct seq_file *m)
{
	return m->count == m->size;
}

/* For start() and next() over a list; the caller has its lock. ..._head: the head comes first. */
struct list_head *seq_list_start(struct list_head *head, loff_t position);
struct list_head *seq_list_start_head(struct list_head *head, loff_t position);
struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *position);

#define __SEQ_FILE_OPERATIONS(name, released)					\
static const struct file_operations name##_fops = {				\
	.owner = THIS_MODULE,							\
	.open = name##_open,							\
	.read = seq_read,							\
	.llseek = seq_lseek,							\
	.release = released,							\
}
/* name_show() gives name_fops; name_sops (seq_operations) the same. */
#define DEFINE_SHOW_ATTRIBUTE(name)						\
static int name##_open(struct inode *inode, struct file *file)			\
{										\
	return single_open(file, name##_show, inode->i_private);		\
}										\
__SEQ_FILE_OPERATIONS(name, single_release)
#define DEFINE_SEQ_ATTRIBUTE(name)						\
static int name##_open(struct inode *inode, struct file *file)			\
{										\
	int error = seq_open(file, &name##_sops);				\
										\
	if (!error && inode->i_private)						\
		((struct seq_file *)file->private_data)->private = inode->i_private; \
	return error;								\
}										\
__SEQ_FILE_OPERATIONS(name, seq_release)
#define DEFINE_PROC_SHOW_ATTRIBUTE(name)					\
static int name##_open(struct inode *inode, struct file *file)			\
{										\
	return single_open(file, name##_show, pde_data(inode));			\
}										\
static const struct proc_ops name##_proc_ops = {				\
	.proc_open = name##_open,						\
	.proc_read = seq_read,							\
	.proc_lseek = seq_lseek,						\
	.proc_release = single_release,						\
}

#endif
