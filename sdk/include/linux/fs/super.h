/*
 * Filesystems that modules serve, read-only: part of linux/fs.h. What this kernel does with them is to mount
 * one image for a program, look a path up in it, and read the file or folder there. Source:
 * include/linux/fs.h, include/linux/dcache.h; Documentation/filesystems/vfs.rst.
 */
#ifndef _LINUX_FS_SUPER_H
#define _LINUX_FS_SUPER_H

#include <linux/fs.h>

/* Flags of a mount, and of a super_block. */
#define SB_RDONLY 1ul
#define SB_SILENT 0x8000ul
#define SB_NOATIME 0x400ul
#define MS_RDONLY SB_RDONLY
#define sb_rdonly(sb) (((sb)->s_flags & SB_RDONLY) != 0)

#define FS_REQUIRES_DEV 1

/*
 * A kind of filesystem. mount() gives the root of what is mounted with a reference, or an ERR_PTR(): what
 * mount_bdev() or mount_nodev() return; kill_sb() ends it: kill_block_super() or kill_litter_super().
 */
struct file_system_type {
	const char *name;
	int fs_flags;			/* FS_REQUIRES_DEV */
	struct dentry *(*mount)(struct file_system_type *type, int flags, const char *source, void *data);
	void (*kill_sb)(struct super_block *sb);
	struct module *owner;		/* kept while something is mounted; always set it to THIS_MODULE */
	struct file_system_type *next;	/* of all; the kernel's own */
};

#define MODULE_ALIAS_FS(name) MODULE_ALIAS("fs-" name)

struct super_operations {
	struct inode *(*alloc_inode)(struct super_block *sb);	/* NULL: an inode alone */
	void (*free_inode)(struct inode *inode);
	void (*evict_inode)(struct inode *inode);
	void (*put_super)(struct super_block *sb);		/* called if s_root was set */
};

/* What is mounted. */
struct super_block {
	unsigned char s_blocksize_bits;
	unsigned long s_blocksize;	/* bytes of sb_bread()'s blocks */
	loff_t s_maxbytes;
	struct file_system_type *s_type;
	const struct super_operations *s_op;
	unsigned long s_flags;
	unsigned long s_magic;
	unsigned int s_time_gran;
	struct dentry *s_root;
	struct block_device *s_bdev;	/* NULL of mount_nodev() */
	void *s_fs_info;		/* the module's own */
	char s_id[32];			/* the source's name, for messages */
	struct list_head s_inodes;
	struct mutex s_inode_lock;	/* of that list; the kernel's own */
};

struct delayed_call;
struct inode_operations {
	/* Looks dentry->d_name up in a folder, and says by d_splice_alias() or d_add() what it found (an inode, or
	 * NULL for nothing). NULL, or ERR_PTR(). */
	struct dentry *(*lookup)(struct inode *folder, struct dentry *dentry, unsigned int flags);
};

/** register_filesystem - 0; -EBUSY: one of that name is there already. Context: may sleep. */
int register_filesystem(struct file_system_type *type);
/** unregister_filesystem - 0; -EINVAL: it is not registered. Context: may sleep. */
int unregister_filesystem(struct file_system_type *type);
/**
 * get_fs_type - a registered kind with a reference on its module, or NULL
 *
 * One that is not there is asked for as fs-NAME. What follows a dot is a subtype and not looked at. Context:
 * may sleep. Source: fs/filesystems.c.
 */
struct file_system_type *get_fs_type(const char *name);
void put_filesystem(struct file_system_type *type);

/**
 * mount_bdev - the mount() of a filesystem on a block device
 *
 * fill(sb, data, silent) reads what is there, sets s_op and s_root and returns 0, or -errno: -EINVAL if it
 * is no such filesystem. Returns the root, or ERR_PTR(): -ENOTBLK without a device. Source: fs/super.c.
 */
struct dentry *mount_bdev(struct file_system_type *type, int flags, const char *source, void *data,
			  int (*fill)(struct super_block *sb, void *data, int silent));
struct dentry *mount_nodev(struct file_system_type *type, int flags, void *data,
			   int (*fill)(struct super_block *sb, void *data, int silent));
void kill_block_super(struct super_block *sb);
void kill_anon_super(struct super_block *sb);
#define kill_litter_super kill_anon_super

#define I_NEW 8ul

/** new_inode - an inode of a mount that is found by no number, or NULL. Context: may sleep. */
struct inode *new_inode(struct super_block *sb);
/**
 * iget_locked - the inode of that number with a reference; NULL: there is no memory
 *
 * With I_NEW in i_state the caller is to fill it in and call unlock_new_inode(), or iget_failed(); who asks
 * for it meanwhile waits. Context: may sleep. Source: fs/inode.c.
 */
struct inode *iget_locked(struct super_block *sb, unsigned long number);
void unlock_new_inode(struct inode *inode);
void iget_failed(struct inode *inode);
void ihold(struct inode *inode);
/** iput - gives a reference back, with the last of them the inode; NULL is fine. Context: may sleep. */
void iput(struct inode *inode);
void clear_inode(struct inode *inode);
/** set_nlink - the number of its names. */
static inline void set_nlink(struct inode *inode, unsigned int count)
{
	inode->i_nlink = count;
}

/** d_make_root - the root of a mount; takes the reference on the inode over, also where it gives NULL. */
struct dentry *d_make_root(struct inode *root);
/** d_add - that name is this inode (whose reference it takes over), or nothing (NULL). */
void d_add(struct dentry *dentry, struct inode *inode);
/** d_splice_alias - the same for lookup() to return; passes an ERR_PTR() of the inode on. */
struct dentry *d_splice_alias(struct inode *inode, struct dentry *dentry);
static inline struct inode *d_inode(const struct dentry *dentry)
{
	return dentry->d_inode;
}

/* Of iterate_shared(): what it tells entry by entry, from position pos on, which it moves. */
typedef bool (*filldir_t)(struct dir_context *context, const char *name, int length, loff_t position, u64 number,
			  unsigned int type);
struct dir_context {
	filldir_t actor;
	loff_t pos;
};

#define DT_UNKNOWN 0u
#define DT_CHR 2u
#define DT_DIR 4u
#define DT_REG 8u
#define DT_LNK 10u

/** dir_emit - false: no more are wanted. type: DT_REG, DT_DIR... */
static inline bool dir_emit(struct dir_context *context, const char *name, int length, u64 number, unsigned int type)
{
	return context->actor(context, name, length, context->pos, number, type);
}
/** dir_emit_dots - "." and "..", at positions 0 and 1. */
bool dir_emit_dots(struct file *file, struct dir_context *context);

/* read() of a folder: -EISDIR. Its llseek(). */
ssize_t generic_read_dir(struct file *file, char __user *to, size_t size, loff_t *position);
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence);

#endif
