// Inodes, names and folders of filesystems: sdk/include/linux/fs/super.h. Nothing is kept of what nobody refers to.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/limits.h>

#include "subsystems.h"
#include "vfs.h"

static struct inode *alloc(struct super_block *sb)
{
	struct inode *inode;

	if (sb->s_op && sb->s_op->alloc_inode)
		inode = sb->s_op->alloc_inode(sb);
	else
		inode = platform_alloc(sizeof(*inode), 16, 0);
	if (!inode)
		return NULL;
	memset(inode, 0, sizeof(*inode));
	inode->i_sb = sb;
	inode->i_count = 1;
	inode->i_nlink = 1;
	INIT_LIST_HEAD(&inode->i_sb_list);
	return inode;
}

static void evict(struct inode *inode)
{
	const struct super_operations *op = inode->i_sb->s_op;

	if (op && op->evict_inode)
		op->evict_inode(inode);
	if (op && op->free_inode)
		op->free_inode(inode);
	else if (!op || !op->alloc_inode)
		platform_free(inode);
}

struct inode *new_inode(struct super_block *sb)
{
	struct inode *inode = alloc(sb);

	if (!inode)
		return NULL;
	mutex_lock(&sb->s_inode_lock);
	list_add_tail(&inode->i_sb_list, &sb->s_inodes);
	mutex_unlock(&sb->s_inode_lock);
	return inode;
}
EXPORT_SYMBOL(new_inode);

static struct inode *find(struct super_block *sb, unsigned long number)
{
	struct inode *inode;

	list_for_each_entry(inode, &sb->s_inodes, i_sb_list)
		if (inode->i_ino == number) {
			inode->i_count++;
			return inode;
		}
	return NULL;
}

struct inode *iget_locked(struct super_block *sb, unsigned long number)
{
	struct inode *fresh = alloc(sb), *inode;

	mutex_lock(&sb->s_inode_lock);
	inode = find(sb, number);
	if (!inode && fresh) {
		inode = fresh;
		fresh = NULL;
		inode->i_ino = number;
		inode->i_state = I_NEW;
		list_add_tail(&inode->i_sb_list, &sb->s_inodes);
		mutex_unlock(&sb->s_inode_lock);
		return inode;
	}
	mutex_unlock(&sb->s_inode_lock);
	if (fresh)
		evict(fresh);
	while (inode && __atomic_load_n(&inode->i_state, __ATOMIC_ACQUIRE) & I_NEW)
		platform_sleep(1000000);
	return inode;
}
EXPORT_SYMBOL(iget_locked);

void unlock_new_inode(struct inode *inode)
{
	__atomic_and_fetch(&inode->i_state, ~I_NEW, __ATOMIC_RELEASE);
}
EXPORT_SYMBOL(unlock_new_inode);

void iget_failed(struct inode *inode)
{
	unlock_new_inode(inode);
	iput(inode);
}
EXPORT_SYMBOL(iget_failed);

void ihold(struct inode *inode)
{
	mutex_lock(&inode->i_sb->s_inode_lock);
	inode->i_count++;
	mutex_unlock(&inode->i_sb->s_inode_lock);
}
EXPORT_SYMBOL(ihold);

void iput(struct inode *inode)
{
	struct super_block *sb;
	bool last;

	if (!inode)
		return;
	sb = inode->i_sb;
	mutex_lock(&sb->s_inode_lock);
	last = !--inode->i_count;
	if (last)
		list_del(&inode->i_sb_list);
	mutex_unlock(&sb->s_inode_lock);
	if (last)
		evict(inode);
}
EXPORT_SYMBOL(iput);

void clear_inode(struct inode *inode)
{
}
EXPORT_SYMBOL(clear_inode);

void inodes_evict(struct super_block *sb)
{
	struct inode *inode;

	if (!list_empty(&sb->s_inodes))
		pr_err("VFS: Busy inodes after unmount of %s (%s)\n", sb->s_id, sb->s_type->name);
	while (!list_empty(&sb->s_inodes)) {
		inode = list_first_entry(&sb->s_inodes, struct inode, i_sb_list);
		list_del(&inode->i_sb_list);
		evict(inode);
	}
}

struct dentry *dentry_new(struct super_block *sb, struct dentry *parent, const char *name, size_t length)
{
	struct dentry *dentry = platform_alloc(sizeof(*dentry) + length + 1, 16, 1);

	if (!dentry)
		return NULL;
	dentry->d_name.name = memcpy(dentry + 1, name, length);
	dentry->d_name.len = length;
	dentry->d_parent = parent ?: dentry;
	dentry->d_sb = sb;
	return dentry;
}

void dentry_free(struct dentry *dentry)
{
	iput(dentry->d_inode);
	platform_free(dentry);
}

struct dentry *d_make_root(struct inode *root)
{
	struct dentry *dentry = root ? dentry_new(root->i_sb, NULL, "/", 1) : NULL;

	if (dentry)
		dentry->d_inode = root;
	else
		iput(root);
	return dentry;
}
EXPORT_SYMBOL(d_make_root);

void d_add(struct dentry *dentry, struct inode *inode)
{
	dentry->d_inode = inode;
}
EXPORT_SYMBOL(d_add);

struct dentry *d_splice_alias(struct inode *inode, struct dentry *dentry)
{
	if (IS_ERR(inode))
		return ERR_CAST(inode);
	d_add(dentry, inode);
	return NULL;
}
EXPORT_SYMBOL(d_splice_alias);

bool dir_emit_dots(struct file *file, struct dir_context *context)
{
	const struct dentry *dentry = file->f_path.dentry;

	if (context->pos == 0) {
		if (!dir_emit(context, ".", 1, dentry->d_inode->i_ino, DT_DIR))
			return false;
		context->pos = 1;
	}
	if (context->pos == 1) {
		if (!dir_emit(context, "..", 2, dentry->d_parent->d_inode->i_ino, DT_DIR))
			return false;
		context->pos = 2;
	}
	return true;
}
EXPORT_SYMBOL(dir_emit_dots);

ssize_t generic_read_dir(struct file *file, char __user *to, size_t size, loff_t *position)
{
	return -EISDIR;
}
EXPORT_SYMBOL(generic_read_dir);

loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, file_inode(file)->i_size);
}
EXPORT_SYMBOL(generic_file_llseek);
