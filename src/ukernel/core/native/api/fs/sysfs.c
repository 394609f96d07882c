// Attributes: sdk/include/linux/sysfs.h. One is an entry of the tree whose data is the attribute and whose
// context is the kobject.
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/stdarg.h>
#include <linux/uaccess.h>
#include <asm/page.h>

#include "api.h"
#include "fs/sysfs_bytes.h"
#include "fs/tree.h"

/* Of an open attribute. */
struct page_buffer {
	struct mutex lock;
	size_t length;
	bool shown;
	char text[PAGE_SIZE + 1];
};

static struct kobject *kobject_of(struct file *file)
{
	return file_inode(file)->i_entry->context;
}

static struct attribute *attribute_of(struct file *file)
{
	return file_inode(file)->i_private;
}

static int open(struct inode *inode, struct file *file)
{
	const struct kobject *kobj = kobject_of(file);
	const struct sysfs_ops *ops = kobj->ktype ? kobj->ktype->sysfs_ops : NULL;
	struct page_buffer *buffer;

	if (!ops || ((file->f_mode & FMODE_READ) && !ops->show) || ((file->f_mode & FMODE_WRITE) && !ops->store))
		return -EACCES;
	buffer = platform_alloc(sizeof(*buffer), 16, 1);
	if (!buffer)
		return -ENOMEM;
	mutex_init(&buffer->lock);
	file->private_data = buffer;
	return 0;
}

static int release(struct inode *inode, struct file *file)
{
	platform_free(file->private_data);
	return 0;
}

static int show(struct file *file, struct page_buffer *buffer)
{
	struct kobject *kobj = kobject_of(file);
	ssize_t length;

	memset(buffer->text, 0, sizeof(buffer->text));
	length = kobj->ktype->sysfs_ops->show(kobj, attribute_of(file), buffer->text);
	if (length < 0)
		return length;
	if (length >= PAGE_SIZE) {
		pr_warn("%ps returned bad count\n", kobj->ktype->sysfs_ops->show);
		length = PAGE_SIZE - 1;
	}
	buffer->length = length;
	buffer->shown = true;
	return 0;
}

static ssize_t read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct page_buffer *buffer = file->private_data;
	ssize_t result = 0;

	mutex_lock(&buffer->lock);
	if (!*position || !buffer->shown)
		result = show(file, buffer);
	if (!result)
		result = simple_read_from_buffer(to, size, position, buffer->text, buffer->length);
	mutex_unlock(&buffer->lock);
	return result;
}

static ssize_t write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct page_buffer *buffer = file->private_data;
	struct kobject *kobj = kobject_of(file);
	ssize_t result = -EFAULT;

	size = min_t(size_t, size, PAGE_SIZE - 1);
	mutex_lock(&buffer->lock);
	buffer->shown = false;
	if (!copy_from_user(buffer->text, from, size)) {
		buffer->text[size] = 0;
		result = kobj->ktype->sysfs_ops->store(kobj, attribute_of(file), buffer->text, size);
	}
	if (result > 0)
		*position += result;
	mutex_unlock(&buffer->lock);
	return result;
}

static loff_t seek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, PAGE_SIZE);
}

static const struct file_operations attribute_fops = {
	.open = open, .release = release, .read = read, .write = write, .llseek = seek,
};

static int add_file_of(struct kobject *kobj, struct entry *folder, const struct attribute *attr, umode_t mode,
		       const struct file_operations *fops, loff_t size)
{
	struct entry *entry;
	int error;

	if (!folder)
		return -ENOENT;
	entry = entry_new(attr->name, S_IFREG | mode);
	if (!entry)
		return -ENOMEM;
	entry->fops = fops;
	entry->data = (void *)attr;
	entry->context = kobj;
	entry->size = size;
	error = entry_add(folder, entry, NULL);
	if (error == -EEXIST)
		pr_warn("sysfs: cannot create duplicate filename '%s' in '%s'\n", attr->name, folder->name);
	if (error)
		entry_put(entry);
	return error;
}

static int add_file(struct kobject *kobj, struct entry *folder, const struct attribute *attr, umode_t mode)
{
	return add_file_of(kobj, folder, attr, mode, &attribute_fops, PAGE_SIZE);
}

static int add_bin_file(struct kobject *kobj, struct entry *folder, const struct bin_attribute *attr)
{
	return add_file_of(kobj, folder, &attr->attr, attr->attr.mode & 0777,
			   attr->mmap ? &mapped_bytes_fops : &bytes_fops, attr->size);
}

static void remove_named(struct entry *folder, const char *name)
{
	struct entry *entry = folder ? entry_in(folder, name) : NULL;

	if (entry)
		entry_remove(entry);
	entry_put(entry);
}

int sysfs_create_file(struct kobject *kobj, const struct attribute *attr)
{
	return add_file(kobj, kobj->sd, attr, attr->mode & 0777);
}
EXPORT_SYMBOL(sysfs_create_file);

int sysfs_create_bin_file(struct kobject *kobj, const struct bin_attribute *attr)
{
	return add_bin_file(kobj, kobj->sd, attr);
}
EXPORT_SYMBOL(sysfs_create_bin_file);

void sysfs_remove_bin_file(struct kobject *kobj, const struct bin_attribute *attr)
{
	remove_named(kobj->sd, attr->attr.name);
}
EXPORT_SYMBOL(sysfs_remove_bin_file);

int sysfs_create_files(struct kobject *kobj, const struct attribute *const *attrs)
{
	for (int i = 0; attrs[i]; i++) {
		int error = sysfs_create_file(kobj, attrs[i]);

		if (!error)
			continue;
		while (--i >= 0)
			sysfs_remove_file(kobj, attrs[i]);
		return error;
	}
	return 0;
}
EXPORT_SYMBOL(sysfs_create_files);

void sysfs_remove_file(struct kobject *kobj, const struct attribute *attr)
{
	remove_named(kobj->sd, attr->name);
}
EXPORT_SYMBOL(sysfs_remove_file);

void sysfs_remove_files(struct kobject *kobj, const struct attribute *const *attrs)
{
	for (; *attrs; attrs++)
		sysfs_remove_file(kobj, *attrs);
}
EXPORT_SYMBOL(sysfs_remove_files);

/* The folder of a group, with a reference; made if it is not there. */
static struct entry *folder_of_group(struct kobject *kobj, const struct attribute_group *group)
{
	struct entry *folder;

	if (!group->name || !kobj->sd)
		return entry_get(kobj->sd);
	folder = entry_in(kobj->sd, group->name);
	if (folder)
		return folder;
	folder = entry_new(group->name, S_IFDIR | 0755);
	if (!folder)
		return NULL;
	entry_get(folder);
	if (!entry_add(kobj->sd, folder, NULL))
		return folder;
	entry_put(folder);
	entry_put(folder);
	return NULL;
}

int sysfs_create_group(struct kobject *kobj, const struct attribute_group *group)
{
	struct entry *folder;
	int error = 0;

	folder = folder_of_group(kobj, group);
	for (int i = 0; !error && group->attrs && group->attrs[i]; i++) {
		struct attribute *attr = group->attrs[i];
		umode_t mode = group->is_visible ? group->is_visible(kobj, attr, i) : attr->mode;

		if (mode)
			error = add_file(kobj, folder, attr, mode & 0777);
	}
	for (int i = 0; !error && group->bin_attrs && group->bin_attrs[i]; i++)
		error = add_bin_file(kobj, folder, group->bin_attrs[i]);
	entry_put(folder);
	if (error)
		sysfs_remove_group(kobj, group);
	return error;
}
EXPORT_SYMBOL(sysfs_create_group);

int sysfs_create_groups(struct kobject *kobj, const struct attribute_group **groups)
{
	for (int i = 0; groups && groups[i]; i++) {
		int error = sysfs_create_group(kobj, groups[i]);

		if (!error)
			continue;
		while (--i >= 0)
			sysfs_remove_group(kobj, groups[i]);
		return error;
	}
	return 0;
}
EXPORT_SYMBOL(sysfs_create_groups);

void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group)
{
	if (group->name)
		return remove_named(kobj->sd, group->name);
	for (int i = 0; group->attrs && group->attrs[i]; i++)
		sysfs_remove_file(kobj, group->attrs[i]);
	for (int i = 0; group->bin_attrs && group->bin_attrs[i]; i++)
		sysfs_remove_bin_file(kobj, group->bin_attrs[i]);
}
EXPORT_SYMBOL(sysfs_remove_group);

void sysfs_remove_groups(struct kobject *kobj, const struct attribute_group **groups)
{
	for (; groups && *groups; groups++)
		sysfs_remove_group(kobj, *groups);
}
EXPORT_SYMBOL(sysfs_remove_groups);

/* "../../class/thing": the way from a folder to an entry. */
static void way(const struct entry *from, const struct entry *to, char *text, size_t size)
{
	char here[256], there[256];
	size_t same = 0, length = 0;

	mutex_lock(&tree_lock);
	entry_path(from, here, sizeof(here));
	entry_path(to, there, sizeof(there));
	mutex_unlock(&tree_lock);
	for (size_t i = 0; here[i] && here[i] == there[i]; i++)
		if (here[i] == '/')
			same = i;
	text[0] = 0;
	for (size_t i = same; here[i]; i++)
		if (here[i] == '/')
			length += scnprintf(text + length, size - length, "../");
	snprintf(text + length, size - length, "%s", there + same + 1);
}

int kapi_link(struct entry *folder, struct entry *target, const char *name)
{
	struct entry *link = entry_new(name, S_IFLNK | 0777);
	char text[256];
	int error;

	if (!link)
		return -ENOMEM;
	way(folder, target, text, sizeof(text));
	link->target = kapi_text(text);
	error = link->target ? entry_add(folder, link, NULL) : -ENOMEM;
	if (error)
		entry_put(link);
	return error;
}

int sysfs_create_link(struct kobject *kobj, struct kobject *target, const char *name)
{
	return kobj->sd && target->sd ? kapi_link(kobj->sd, target->sd, name) : -ENOENT;
}
EXPORT_SYMBOL(sysfs_create_link);

void sysfs_remove_link(struct kobject *kobj, const char *name)
{
	remove_named(kobj->sd, name);
}
EXPORT_SYMBOL(sysfs_remove_link);

int sysfs_emit(char *page, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vscnprintf(page, PAGE_SIZE, format, arguments);
	va_end(arguments);
	return length;
}
EXPORT_SYMBOL(sysfs_emit);

int sysfs_emit_at(char *page, int at, const char *format, ...)
{
	va_list arguments;
	int length;

	if (WARN(at < 0 || at >= PAGE_SIZE, "invalid sysfs_emit_at: at:%d\n", at))
		return 0;
	va_start(arguments, format);
	length = vscnprintf(page + at, PAGE_SIZE - at, format, arguments);
	va_end(arguments);
	return length;
}
EXPORT_SYMBOL(sysfs_emit_at);
