// Files in /sys/kernel/debug: sdk/include/linux/debugfs.h. A dentry is part of an entry of the tree.
#include <linux/debugfs.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "api.h"
#include "fs/tree.h"

static const struct owned_kind debugfs_kind = {
	.one = "debugfs entry", .many = "debugfs entries", .fate = "removed", .order = OWNED_CALLS,
	.take_away = entry_take_away,
};

static struct entry *entry_of(struct dentry *dentry)
{
	return dentry ? container_of(dentry, struct entry, dentry) : tree_fixed("/sys/kernel/debug");
}

static struct dentry *add(const char *name, umode_t mode, struct dentry *parent, void *data,
			  const struct file_operations *fops, const char *target)
{
	struct entry *entry;
	int error = -ENOMEM;

	if (IS_ERR(parent))
		return parent;
	entry = entry_new(name, mode);
	if (!entry)
		return ERR_PTR(-ENOMEM);
	entry->kind = &debugfs_kind;
	entry->gone_error = -EIO;
	entry->fops = fops;
	entry->owner = fops ? fops->owner : NULL;
	entry->data = data;
	entry->target = target ? kapi_text(target) : NULL;
	if (!target || entry->target)
		error = entry_add(entry_of(parent), entry, fops ?: data);
	if (!error)
		return &entry->dentry;
	if (error == -EEXIST)
		pr_err("debugfs: '%s' already exists in '%s'\n", name, entry_of(parent)->name);
	entry_put(entry);
	return ERR_PTR(error);
}

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	return add(name, S_IFDIR | 0755, parent, NULL, NULL, NULL);
}
EXPORT_SYMBOL(debugfs_create_dir);

static const struct file_operations no_operations = {};

struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent, void *data,
				   const struct file_operations *fops)
{
	return add(name, S_IFREG | (mode & 0777), parent, data, fops ?: &no_operations, NULL);
}
EXPORT_SYMBOL(debugfs_create_file);

struct dentry *debugfs_create_file_unsafe(const char *name, umode_t mode, struct dentry *parent, void *data,
					  const struct file_operations *fops)
{
	return debugfs_create_file(name, mode, parent, data, fops);
}
EXPORT_SYMBOL(debugfs_create_file_unsafe);

void debugfs_create_file_size(const char *name, umode_t mode, struct dentry *parent, void *data,
			      const struct file_operations *fops, loff_t size)
{
	struct dentry *dentry = debugfs_create_file(name, mode, parent, data, fops);

	if (!IS_ERR(dentry))
		entry_of(dentry)->size = size;
}
EXPORT_SYMBOL(debugfs_create_file_size);

struct dentry *debugfs_create_symlink(const char *name, struct dentry *parent, const char *target)
{
	return add(name, S_IFLNK | 0777, parent, NULL, NULL, target);
}
EXPORT_SYMBOL(debugfs_create_symlink);

void debugfs_remove(struct dentry *dentry)
{
	if (!IS_ERR_OR_NULL(dentry))
		entry_remove(entry_of(dentry));
}
EXPORT_SYMBOL(debugfs_remove);

struct dentry *debugfs_lookup(const char *name, struct dentry *parent)
{
	struct entry *entry = IS_ERR(parent) ? NULL : entry_in(entry_of(parent), name);

	return entry ? &entry->dentry : NULL;
}
EXPORT_SYMBOL(debugfs_lookup);

void dput(struct dentry *dentry)
{
	if (dentry)
		entry_put(entry_of(dentry));
}
EXPORT_SYMBOL(dput);

void debugfs_lookup_and_remove(const char *name, struct dentry *parent)
{
	struct dentry *dentry = debugfs_lookup(name, parent);

	debugfs_remove(dentry);
	dput(dentry);
}
EXPORT_SYMBOL(debugfs_lookup_and_remove);

/* A variable of a type: its two functions, its operations by the mode, and who makes its file. */
#define VARIABLE(name, type, format)							\
static int name##_get(void *data, u64 *value)						\
{											\
	*value = READ_ONCE(*(type *)data);						\
	return 0;									\
}											\
static int name##_set(void *data, u64 value)						\
{											\
	WRITE_ONCE(*(type *)data, value);						\
	return 0;									\
}											\
DEFINE_SIMPLE_ATTRIBUTE(name##_fops, name##_get, name##_set, format);			\
void debugfs_create_##name(const char *file, umode_t mode, struct dentry *parent, type *value) \
{											\
	debugfs_create_file(file, mode, parent, value, &name##_fops);			\
}											\
EXPORT_SYMBOL(debugfs_create_##name)

VARIABLE(u8, u8, "%llu\n");
VARIABLE(u16, u16, "%llu\n");
VARIABLE(u32, u32, "%llu\n");
VARIABLE(u64, u64, "%llu\n");
VARIABLE(ulong, unsigned long, "%llu\n");
VARIABLE(size_t, size_t, "%llu\n");
VARIABLE(x8, u8, "0x%02llx\n");
VARIABLE(x16, u16, "0x%04llx\n");
VARIABLE(x32, u32, "0x%08llx\n");
VARIABLE(x64, u64, "0x%016llx\n");

static int atomic_get(void *data, u64 *value)
{
	*value = (s64)atomic_read(data);
	return 0;
}

static int atomic_put(void *data, u64 value)
{
	atomic_set(data, value);
	return 0;
}

DEFINE_SIMPLE_ATTRIBUTE(atomic_fops, atomic_get, atomic_put, "%lld\n");

void debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent, atomic_t *value)
{
	debugfs_create_file(name, mode, parent, value, &atomic_fops);
}
EXPORT_SYMBOL(debugfs_create_atomic_t);

static ssize_t read_bool(struct file *file, char __user *to, size_t size, loff_t *position)
{
	const bool *value = file_inode(file)->i_private;

	return simple_read_from_buffer(to, size, position, READ_ONCE(*value) ? "Y\n" : "N\n", 2);
}

static ssize_t write_bool(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	bool *value = file_inode(file)->i_private, wanted;
	char text[16] = "";

	if (copy_from_user(text, from, min(size, sizeof(text) - 1)))
		return -EFAULT;
	if (!kstrtobool(text, &wanted))
		WRITE_ONCE(*value, wanted);
	return size;
}

static const struct file_operations bool_fops = {
	.open = simple_open, .read = read_bool, .write = write_bool, .llseek = default_llseek,
};

void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value)
{
	debugfs_create_file(name, mode, parent, value, &bool_fops);
}
EXPORT_SYMBOL(debugfs_create_bool);

static ssize_t read_text(struct file *file, char __user *to, size_t size, loff_t *position)
{
	const char *text = READ_ONCE(*(char **)file_inode(file)->i_private) ?: "";
	size_t length = strlen(text);
	ssize_t result = simple_read_from_buffer(to, size, position, text, length);

	if (!result && size && *position == length && !put_user('\n', to)) {
		++*position;
		return 1;
	}
	return result;
}

static const struct file_operations text_fops = {
	.open = simple_open, .read = read_text, .llseek = default_llseek,
};

void debugfs_create_str(const char *name, umode_t mode, struct dentry *parent, char **value)
{
	debugfs_create_file(name, mode & 0444, parent, value, &text_fops);
}
EXPORT_SYMBOL(debugfs_create_str);

static ssize_t read_blob(struct file *file, char __user *to, size_t size, loff_t *position)
{
	const struct debugfs_blob_wrapper *blob = file_inode(file)->i_private;

	return simple_read_from_buffer(to, size, position, blob->data, blob->size);
}

static const struct file_operations blob_fops = {
	.open = simple_open, .read = read_blob, .llseek = default_llseek,
};

struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,
				   struct debugfs_blob_wrapper *blob)
{
	return debugfs_create_file(name, mode & 0444, parent, blob, &blob_fops);
}
EXPORT_SYMBOL(debugfs_create_blob);
