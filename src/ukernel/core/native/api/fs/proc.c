// Files in /proc: sdk/include/linux/proc_fs.h. A proc_dir_entry is an entry of the tree.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "api.h"
#include "fs/tree.h"

static const struct owned_kind proc_kind = {
	.one = "proc entry", .many = "proc entries", .fate = "removed", .order = OWNED_CALLS,
	.take_away = entry_take_away,
};

static struct entry *entry_of(struct proc_dir_entry *entry)
{
	return entry ? (struct entry *)entry : &tree_proc;
}

/* The folder that a name with folders in it lies in, with a reference; *name becomes the rest. */
static struct entry *folder_of(struct proc_dir_entry *parent, const char **name)
{
	struct entry *folder = entry_get(entry_of(parent)), *next;
	const char *slash;
	char part[64];

	while (folder && (slash = strchr(*name, '/'))) {
		strscpy(part, *name, min_t(size_t, sizeof(part), slash - *name + 1));
		next = entry_in(folder, part);
		entry_put(folder);
		folder = next;
		*name = slash + 1;
	}
	return folder;
}

static struct proc_dir_entry *add(const char *name, umode_t mode, struct proc_dir_entry *parent,
				  const struct file_operations *fops, void *data, void *context,
				  const char *target, const void *code)
{
	struct entry *folder = folder_of(parent, &name), *entry;
	int error = -ENOENT;

	if (!folder) {
		pr_err("proc: the folder of '%s' is not there\n", name);
		return NULL;
	}
	entry = entry_new(name, mode);
	if (entry) {
		entry->kind = &proc_kind;
		entry->gone_error = -EIO;
		entry->released_early = true;
		if (fops)
			entry->own_fops = *fops;
		entry->fops = &entry->own_fops;
		entry->data = data;
		entry->context = context;
		if (target)
			entry->target = kapi_text(target);
		error = entry_add(folder, entry, code);
	}
	if (error == -EEXIST)
		pr_warn("proc_dir_entry '%s/%s' already registered\n", folder->name, name);
	entry_put(folder);
	if (!error)
		return (struct proc_dir_entry *)entry;
	entry_put(entry);
	return NULL;
}

static ssize_t no_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	return -EIO;
}

static ssize_t no_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	return -EIO;
}

static umode_t file_mode(umode_t mode)
{
	return S_IFREG | (mode & 07777 ?: 0444);
}

struct proc_dir_entry *proc_create_data(const char *name, umode_t mode, struct proc_dir_entry *parent,
					const struct proc_ops *ops, void *data)
{
	const struct file_operations fops = {
		.open = ops->proc_open,
		.read = ops->proc_read_iter ? NULL : ops->proc_read ?: no_read,
		.read_iter = ops->proc_read_iter,
		.write = ops->proc_write ?: no_write,
		.llseek = ops->proc_lseek,
		.release = ops->proc_release,
		.poll = ops->proc_poll,
		.unlocked_ioctl = ops->proc_ioctl,
		.mmap = ops->proc_mmap,
	};

	return add(name, file_mode(mode), parent, &fops, data, NULL, NULL, ops);
}
EXPORT_SYMBOL(proc_create_data);

struct proc_dir_entry *proc_create(const char *name, umode_t mode, struct proc_dir_entry *parent,
				   const struct proc_ops *ops)
{
	return proc_create_data(name, mode, parent, ops, NULL);
}
EXPORT_SYMBOL(proc_create);

static int open_seq(struct inode *inode, struct file *file)
{
	const struct entry *entry = inode->i_entry;

	if (entry->size_of_private)
		return seq_open_private(file, entry->context, entry->size_of_private);
	return seq_open(file, entry->context);
}

static int release_seq(struct inode *inode, struct file *file)
{
	return inode->i_entry->size_of_private ? seq_release_private(inode, file) : seq_release(inode, file);
}

struct proc_dir_entry *proc_create_seq_private(const char *name, umode_t mode,
					       struct proc_dir_entry *parent,
					       const struct seq_operations *ops, unsigned int size,
					       void *data)
{
	static const struct file_operations fops = {
		.open = open_seq, .read = seq_read, .llseek = seq_lseek, .release = release_seq,
	};
	struct proc_dir_entry *made = add(name, file_mode(mode), parent, &fops, data, (void *)ops, NULL, ops);

	if (made)
		entry_of(made)->size_of_private = size;
	return made;
}
EXPORT_SYMBOL(proc_create_seq_private);

static int open_single(struct inode *inode, struct file *file)
{
	return single_open(file, inode->i_entry->context, inode->i_private);
}

struct proc_dir_entry *proc_create_single_data(const char *name, umode_t mode,
					       struct proc_dir_entry *parent,
					       int (*show)(struct seq_file *, void *), void *data)
{
	static const struct file_operations fops = {
		.open = open_single, .read = seq_read, .llseek = seq_lseek, .release = single_release,
	};

	return add(name, file_mode(mode), parent, &fops, data, show, NULL, show);
}
EXPORT_SYMBOL(proc_create_single_data);

struct proc_dir_entry *proc_mkdir_data(const char *name, umode_t mode, struct proc_dir_entry *parent,
				       void *data)
{
	return add(name, S_IFDIR | (mode ?: 0555), parent, NULL, data, NULL, NULL, NULL);
}
EXPORT_SYMBOL(proc_mkdir_data);

struct proc_dir_entry *proc_mkdir_mode(const char *name, umode_t mode, struct proc_dir_entry *parent)
{
	return proc_mkdir_data(name, mode, parent, NULL);
}
EXPORT_SYMBOL(proc_mkdir_mode);

struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent)
{
	return proc_mkdir_data(name, 0, parent, NULL);
}
EXPORT_SYMBOL(proc_mkdir);

struct proc_dir_entry *proc_symlink(const char *name, struct proc_dir_entry *parent, const char *target)
{
	return add(name, S_IFLNK | 0777, parent, NULL, NULL, NULL, target, NULL);
}
EXPORT_SYMBOL(proc_symlink);

void proc_remove(struct proc_dir_entry *entry)
{
	if (entry)
		entry_remove(entry_of(entry));
}
EXPORT_SYMBOL(proc_remove);

int remove_proc_subtree(const char *name, struct proc_dir_entry *parent)
{
	const char *last = name;
	struct entry *folder = folder_of(parent, &last);
	struct entry *entry = folder ? entry_in(folder, last) : NULL;
	bool ours = entry && !entry->shared;

	if (ours)
		entry_remove(entry);
	else
		WARN(1, "name '%s'\n", name);
	entry_put(entry);
	entry_put(folder);
	return ours ? 0 : -ENOENT;
}
EXPORT_SYMBOL(remove_proc_subtree);

void remove_proc_entry(const char *name, struct proc_dir_entry *parent)
{
	remove_proc_subtree(name, parent);
}
EXPORT_SYMBOL(remove_proc_entry);

void proc_set_size(struct proc_dir_entry *entry, loff_t size)
{
	entry_of(entry)->size = size;
}
EXPORT_SYMBOL(proc_set_size);

void proc_set_user(struct proc_dir_entry *entry, kuid_t uid, kgid_t gid)
{
	entry_of(entry)->uid = uid;
	entry_of(entry)->gid = gid;
}
EXPORT_SYMBOL(proc_set_user);

void *pde_data(const struct inode *inode)
{
	return inode->i_private;
}
EXPORT_SYMBOL(pde_data);

void *proc_get_parent_data(const struct inode *inode)
{
	return inode->i_entry->parent ? inode->i_entry->parent->data : NULL;
}
EXPORT_SYMBOL(proc_get_parent_data);
