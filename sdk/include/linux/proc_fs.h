#ifndef _LINUX_PROC_FS_H
#define _LINUX_PROC_FS_H

#include <linux/fs.h>
#include <linux/types.h>

struct proc_dir_entry;
struct seq_file;
struct seq_operations;

#define PROC_ENTRY_PERMANENT 1u

/*
 * What can be done with a file in /proc. As file_operations, without an owner: removing the entry
 * waits for the calls that run, and releases the files that are open; these give -EIO then.
 * Source: include/linux/proc_fs.h, fs/proc/generic.c, fs/proc/inode.c.
 */
struct proc_ops {
	unsigned int proc_flags;
	int (*proc_open)(struct inode *, struct file *);
	ssize_t (*proc_read)(struct file *, char __user *, size_t, loff_t *);
	ssize_t (*proc_read_iter)(struct kiocb *, struct iov_iter *);	/* in place of proc_read */
	ssize_t (*proc_write)(struct file *, const char __user *, size_t, loff_t *);
	loff_t (*proc_lseek)(struct file *, loff_t, int);
	int (*proc_release)(struct inode *, struct file *);
	__poll_t (*proc_poll)(struct file *, struct poll_table_struct *);
	long (*proc_ioctl)(struct file *, unsigned int, unsigned long);
	long (*proc_compat_ioctl)(struct file *, unsigned int, unsigned long);	/* not called */
	int (*proc_mmap)(struct file *, struct vm_area_struct *);
	unsigned long (*proc_get_unmapped_area)(struct file *, unsigned long, unsigned long,
						unsigned long, unsigned long);	/* not called */
};

/**
 * proc_create - the file /proc/<name>, or <name> in the folder `parent`
 *
 * name may have folders that are there ("driver/thing"); mode 0 is 0444. ..._data: pde_data(inode)
 * gives it. Context: may sleep. NULL if the name is taken, a folder is not there, or memory is short.
 */
struct proc_dir_entry *proc_create(const char *name, umode_t mode, struct proc_dir_entry *parent,
				   const struct proc_ops *ops);
struct proc_dir_entry *proc_create_data(const char *name, umode_t mode, struct proc_dir_entry *parent,
					const struct proc_ops *ops, void *data);
/** proc_create_seq, proc_create_single - such a file whose text seq_file makes. */
struct proc_dir_entry *proc_create_seq_private(const char *name, umode_t mode,
					       struct proc_dir_entry *parent,
					       const struct seq_operations *ops, unsigned int size,
					       void *data);
#define proc_create_seq_data(name, mode, parent, ops, data) \
	proc_create_seq_private(name, mode, parent, ops, 0, data)
#define proc_create_seq(name, mode, parent, ops) \
	proc_create_seq_private(name, mode, parent, ops, 0, NULL)
struct proc_dir_entry *proc_create_single_data(const char *name, umode_t mode,
					       struct proc_dir_entry *parent,
					       int (*show)(struct seq_file *, void *), void *data);
#define proc_create_single(name, mode, parent, show) \
	proc_create_single_data(name, mode, parent, show, NULL)
/** proc_mkdir - a folder; proc_symlink - a link to `target`. As proc_create. */
struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent);
struct proc_dir_entry *proc_mkdir_mode(const char *name, umode_t mode, struct proc_dir_entry *parent);
struct proc_dir_entry *proc_mkdir_data(const char *name, umode_t mode, struct proc_dir_entry *parent,
				       void *data);
struct proc_dir_entry *proc_symlink(const char *name, struct proc_dir_entry *parent, const char *target);
/**
 * proc_remove, remove_proc_entry - takes an entry and all that is in it away
 *
 * Waits until nothing runs in its operations. Context: may sleep; never out of those operations.
 * remove_proc_subtree is remove_proc_entry that does not mind what is in the folder.
 */
void proc_remove(struct proc_dir_entry *entry);
void remove_proc_entry(const char *name, struct proc_dir_entry *parent);
int remove_proc_subtree(const char *name, struct proc_dir_entry *parent);
/** proc_set_size, proc_set_user - what stat(2) says of it. Context: any. */
void proc_set_size(struct proc_dir_entry *entry, loff_t size);
void proc_set_user(struct proc_dir_entry *entry, kuid_t uid, kgid_t gid);
/** pde_data - the data of proc_create_data(). proc_get_parent_data: that of its folder. Context: any. */
void *pde_data(const struct inode *inode);
void *proc_get_parent_data(const struct inode *inode);
#define PDE_DATA(inode) pde_data(inode)

#endif
