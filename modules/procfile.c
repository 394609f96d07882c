// SPDX-License-Identifier: MIT
/* A file in /proc whose text is made record by record: a line for each word that was written to it. */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct word {
	struct list_head list;
	char text[32];
};

static LIST_HEAD(words);
static DEFINE_MUTEX(lock);

static void *procfile_start(struct seq_file *m, loff_t *position)
{
	mutex_lock(&lock);
	return seq_list_start(&words, *position);
}

static void *procfile_next(struct seq_file *m, void *v, loff_t *position)
{
	return seq_list_next(v, &words, position);
}

static void procfile_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&lock);
}

static int procfile_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", list_entry(v, struct word, list)->text);
	return 0;
}

static const struct seq_operations records = {
	.start = procfile_start,
	.next = procfile_next,
	.stop = procfile_stop,
	.show = procfile_show,
};

static int procfile_open(struct inode *inode, struct file *file)
{
	return seq_open(file, &records);
}

static ssize_t procfile_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct word *word = kzalloc(sizeof(*word), GFP_KERNEL);
	long length;

	if (!word)
		return -ENOMEM;
	length = min(size, sizeof(word->text) - 1);
	if (copy_from_user(word->text, from, length)) {
		kfree(word);
		return -EFAULT;
	}
	strim(word->text);
	mutex_lock(&lock);
	list_add_tail(&word->list, &words);
	mutex_unlock(&lock);
	return size;
}

static const struct proc_ops operations = {
	.proc_open = procfile_open,
	.proc_read = seq_read,
	.proc_write = procfile_write,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
};

static int __init procfile_init(void)
{
	return proc_create("procfile", 0644, NULL, &operations) ? 0 : -ENOMEM;
}

static void __exit procfile_exit(void)
{
	struct word *word, *next;

	remove_proc_entry("procfile", NULL);
	list_for_each_entry_safe(word, next, &words, list)
		kfree(word);
}

module_init(procfile_init);
module_exit(procfile_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A file in /proc");
