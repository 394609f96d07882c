#ifndef _LINUX_DEBUGFS_H
#define _LINUX_DEBUGFS_H

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/types.h>

struct dentry;

/* Memory as a file. */
struct debugfs_blob_wrapper {
	void *data;
	unsigned long size;
};

/**
 * debugfs_create_dir - the folder /sys/kernel/debug/<name>, or <name> in `parent`
 *
 * Context of all: may sleep. ERR_PTR(-EEXIST), ERR_PTR(-ENOMEM); a parent that is an error is passed
 * on. Who makes debug files needs no check: everything takes such a result. Source: fs/debugfs/.
 */
struct dentry *debugfs_create_dir(const char *name, struct dentry *parent);
/** debugfs_create_file - a file; inode->i_private is `data`. fops->owner is kept while it is open. */
struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent, void *data,
				   const struct file_operations *fops);
struct dentry *debugfs_create_file_unsafe(const char *name, umode_t mode, struct dentry *parent, void *data,
					  const struct file_operations *fops);
void debugfs_create_file_size(const char *name, umode_t mode, struct dentry *parent, void *data,
			      const struct file_operations *fops, loff_t size);
struct dentry *debugfs_create_symlink(const char *name, struct dentry *parent, const char *target);
/** debugfs_remove - an entry and all that is in it away, when no call runs in it. NULL is fine. */
void debugfs_remove(struct dentry *dentry);
#define debugfs_remove_recursive debugfs_remove
void debugfs_lookup_and_remove(const char *name, struct dentry *parent);
/** debugfs_lookup - an entry, or NULL; dput() gives it back. */
struct dentry *debugfs_lookup(const char *name, struct dentry *parent);
void dput(struct dentry *dentry);

/* Files that show and set one variable: decimal, x..: hexadecimal; bool: Y, N. */
void debugfs_create_u8(const char *name, umode_t mode, struct dentry *parent, u8 *value);
void debugfs_create_u16(const char *name, umode_t mode, struct dentry *parent, u16 *value);
void debugfs_create_u32(const char *name, umode_t mode, struct dentry *parent, u32 *value);
void debugfs_create_u64(const char *name, umode_t mode, struct dentry *parent, u64 *value);
void debugfs_create_ulong(const char *name, umode_t mode, struct dentry *parent, unsigned long *value);
void debugfs_create_x8(const char *name, umode_t mode, struct dentry *parent, u8 *value);
void debugfs_create_x16(const char *name, umode_t mode, struct dentry *parent, u16 *value);
void debugfs_create_x32(const char *name, umode_t mode, struct dentry *parent, u32 *value);
void debugfs_create_x64(const char *name, umode_t mode, struct dentry *parent, u64 *value);
void debugfs_create_size_t(const char *name, umode_t mode, struct dentry *parent, size_t *value);
void debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent, atomic_t *value);
void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value);
/** debugfs_create_str - a text, read only; it must not change while it is read. */
void debugfs_create_str(const char *name, umode_t mode, struct dentry *parent, char **value);
struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,
				   struct debugfs_blob_wrapper *blob);

static inline bool debugfs_initialized(void)
{
	return true;
}

#define DEFINE_DEBUGFS_ATTRIBUTE(fops, get, set, format) DEFINE_SIMPLE_ATTRIBUTE(fops, get, set, format)
#define debugfs_attr_read simple_attr_read
#define debugfs_attr_write simple_attr_write

#endif
