#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/capability.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/ioctl.h>
#include <linux/kdev_t.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/wait.h>

struct module;
struct file;
struct inode;
struct cdev;
struct dir_context;
struct super_block;
struct block_device;
struct inode_operations;
struct poll_table_struct;
struct vm_area_struct;
struct iov_iter;

#define FMODE_READ 1u
#define FMODE_WRITE 2u
#define FMODE_LSEEK 4u
#define FMODE_PREAD 8u
#define FMODE_PWRITE 16u

#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif

/*
 * One call of read_iter or write_iter. Its caller always waits for it (is_sync_kiocb()): -EIOCBQUEUED,
 * which promises ki_complete() later, ends the call as BUG(). `ki_flags` has IOCB_APPEND for O_APPEND.
 */
struct kiocb {
	struct file *ki_filp;
	loff_t ki_pos;		/* where it begins; then moved on by the bytes that were done */
	void (*ki_complete)(struct kiocb *iocb, long result);
	void *private;
	int ki_flags;
};

#define IOCB_APPEND 2

/*
 * What can be done with an open file. All are called in the caller's process and may sleep; results
 * are counts of bytes or -errno. What is NULL: open and release succeed, llseek gives -ESPIPE,
 * unlocked_ioctl -ENOTTY; in place of read and write read_iter and write_iter are called, and without
 * these it is -EINVAL. The names are the kernel's (include/linux/fs.h); compat_ioctl and fsync are
 * not called.
 */
struct file_operations {
	struct module *owner;	/* kept while a file is open; always set it to THIS_MODULE */
	loff_t (*llseek)(struct file *, loff_t, int);
	ssize_t (*read)(struct file *, char __user *, size_t, loff_t *);
	ssize_t (*write)(struct file *, const char __user *, size_t, loff_t *);
	ssize_t (*read_iter)(struct kiocb *, struct iov_iter *);
	ssize_t (*write_iter)(struct kiocb *, struct iov_iter *);
	__poll_t (*poll)(struct file *, struct poll_table_struct *);
	long (*unlocked_ioctl)(struct file *, unsigned int, unsigned long);
	long (*compat_ioctl)(struct file *, unsigned int, unsigned long);
	int (*mmap)(struct file *, struct vm_area_struct *);
	int (*iterate_shared)(struct file *, struct dir_context *);
	int (*open)(struct inode *, struct file *);
	unsigned long (*get_unmapped_area)(struct file *, unsigned long, unsigned long, unsigned long,
					   unsigned long);
	int (*flush)(struct file *, void *);
	int (*release)(struct inode *, struct file *);
	int (*fsync)(struct file *, loff_t, loff_t, int);
	int (*fasync)(int, struct file *, int);
};

/* A name, and what has it. */
struct qstr {
	const unsigned char *name;
	unsigned int len;
};

struct dentry {
	struct qstr d_name;
	struct inode *d_inode;		/* NULL: there is nothing of that name */
	struct dentry *d_parent;	/* its own of the root of a filesystem */
	struct super_block *d_sb;
	void *d_fsdata;
};

struct path {
	struct dentry *dentry;
};

/* A device's node, a file in /proc, /sys or debugfs, or one of a filesystem (fs/super.h). */
struct inode {
	umode_t i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	dev_t i_rdev;
	loff_t i_size;
	struct cdev *i_cdev;	/* NULL for register_chrdev() */
	void *i_private;
	struct entry *i_entry;	/* the kernel's own */
	unsigned long i_ino;
	const struct inode_operations *i_op;
	const struct file_operations *i_fop;
	struct super_block *i_sb;
	struct timespec64 i_atime, i_mtime, i_ctime;
	u64 i_blocks;		/* of 512 bytes */
	unsigned int i_nlink;
	unsigned long i_state;	/* I_NEW */
	int i_count;		/* references: ihold(), iput() */
	struct list_head i_sb_list;
};

/* To whom SIGIO goes. */
struct fown_struct {
	pid_t pid;
};

struct file {
	const struct file_operations *f_op;
	struct path f_path;
	struct inode *f_inode;
	unsigned int f_flags;	/* O_* */
	fmode_t f_mode;		/* FMODE_* */
	loff_t f_pos;
	void *private_data;	/* the module's own */
	spinlock_t f_lock;
	struct fown_struct f_owner;
};

static inline void init_sync_kiocb(struct kiocb *iocb, struct file *file)
{
	*iocb = (struct kiocb){ .ki_filp = file, .ki_flags = file->f_flags & O_APPEND ? IOCB_APPEND : 0 };
}

static inline bool is_sync_kiocb(const struct kiocb *iocb)
{
	return !iocb->ki_complete;
}

static inline struct inode *file_inode(const struct file *file)
{
	return file->f_inode;
}

static inline loff_t i_size_read(const struct inode *inode)
{
	return inode->i_size;
}

static inline unsigned int iminor(const struct inode *inode)
{
	return MINOR(inode->i_rdev);
}

static inline unsigned int imajor(const struct inode *inode)
{
	return MAJOR(inode->i_rdev);
}

/**
 * register_chrdev - a character device with all 256 minors of a major number
 * @major: the number, or 0 for a free one; @name: also the node's, /dev/<name>
 *
 * Context: may sleep. Returns 0 (the new number if major was 0), -EBUSY if it is taken, -EINVAL
 * above 511, -ENOMEM. Source: fs/char_dev.c.
 */
int register_chrdev(unsigned int major, const char *name, const struct file_operations *fops);
/** unregister_chrdev - takes it back. Context: may sleep. */
void unregister_chrdev(unsigned int major, const char *name);

/**
 * alloc_chrdev_region, register_chrdev_region - `count` minors under a free or a given major number
 *
 * Numbers only: cdev_add() makes them a device. Its nodes are /dev/<name> for the region's first
 * minor and /dev/<name>N for the N-th after it. Context: may sleep. Returns 0, -EBUSY, -EINVAL,
 * -ENOMEM.
 */
int alloc_chrdev_region(dev_t *device, unsigned int first_minor, unsigned int count,
			const char *name);
int register_chrdev_region(dev_t device, unsigned int count, const char *name);
/** unregister_chrdev_region - gives the numbers back. Context: may sleep. */
void unregister_chrdev_region(dev_t device, unsigned int count);

/* Ready-made operations. Context: may sleep. Source: fs/read_write.c, fs/libfs.c, fs/open.c. */
loff_t no_llseek(struct file *file, loff_t offset, int whence);
loff_t noop_llseek(struct file *file, loff_t offset, int whence);
loff_t default_llseek(struct file *file, loff_t offset, int whence);
/** fixed_size_llseek - within 0..size; -EINVAL outside. */
loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size);
int nonseekable_open(struct inode *inode, struct file *file);
int stream_open(struct inode *inode, struct file *file);
int simple_open(struct inode *inode, struct file *file);
/**
 * simple_read_from_buffer - read() out of `available` bytes of memory, from *position on
 *
 * Returns the bytes copied (0 at the end) and moves *position; -EINVAL for a negative one, -EFAULT.
 */
ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *position, const void *from,
				size_t available);
/** simple_write_to_buffer - write() into `available` bytes of memory, at *position. */
ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *position,
			       const void __user *from, size_t count);

/* The files whose owners are to be told. */
struct fasync_struct {
	struct fasync_struct *fa_next;
	struct file *fa_file;
	int fa_fd;
};

/**
 * fasync_helper - a file into the list (on) or out of it, for fasync() and release()
 *
 * Context: may sleep. Returns 1 if the list changed, 0, -ENOMEM. Source: fs/fcntl.c.
 */
int fasync_helper(int fd, struct file *file, int on, struct fasync_struct **list);
/** kill_fasync - sends the signal to the owners of all of them; band: POLL_IN, POLL_OUT. Any context. */
void kill_fasync(struct fasync_struct **list, int signal, int band);
#define POLL_IN 1
#define POLL_OUT 2
#define POLL_MSG 3
#define FASYNC 00020000

/**
 * DEFINE_SIMPLE_ATTRIBUTE - file operations for one number
 *
 * get(data, &value) and set(data, value) return 0 or -errno; one of them may be NULL (-EACCES). data is
 * inode->i_private. `format` has one conversion for an unsigned long long. Source: fs/libfs.c.
 */
int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *data, u64 *value),
		     int (*set)(void *data, u64 value), const char *format);
int simple_attr_release(struct inode *inode, struct file *file);
ssize_t simple_attr_read(struct file *file, char __user *to, size_t size, loff_t *position);
ssize_t simple_attr_write(struct file *file, const char __user *from, size_t size, loff_t *position);
#define DEFINE_SIMPLE_ATTRIBUTE(fops, get, set, format)				\
static int fops##_open(struct inode *inode, struct file *file)			\
{										\
	return simple_attr_open(inode, file, get, set, format);			\
}										\
static const struct file_operations fops = {					\
	.owner = THIS_MODULE,							\
	.open = fops##_open,							\
	.release = simple_attr_release,						\
	.read = simple_attr_read,						\
	.write = simple_attr_write,						\
	.llseek = default_llseek,						\
}

#include <linux/fs/super.h>

#endif
