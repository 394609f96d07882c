// The tree of the files that modules make: see tree.h.
#include <linux/kernel.h>
#include <linux/module.h>

#include "api.h"
#include "fs/tree.h"

DEFINE_MUTEX(tree_lock);

/* Folders that are there without any module. */
#define FIXED(symbol, in, text)								\
	struct entry symbol = {								\
		.parent = (in), .mode = S_IFDIR | 0755, .shared = true, .references = 1,	\
		.siblings = LIST_HEAD_INIT(symbol.siblings),				\
		.children = LIST_HEAD_INIT(symbol.children),				\
		.files = LIST_HEAD_INIT(symbol.files),					\
		.dentry = { .d_name = { .name = (const unsigned char *)(text),		\
					.len = sizeof(text) - 1 } },			\
		.name = text }

FIXED(tree_root, NULL, "");
FIXED(tree_dev, &tree_root, "dev");
FIXED(tree_proc, &tree_root, "proc");
static FIXED(proc_driver, &tree_proc, "driver");
static FIXED(proc_fs, &tree_proc, "fs");
static FIXED(sys, &tree_root, "sys");
static FIXED(sys_class, &sys, "class");
static FIXED(sys_bus, &sys, "bus");
static FIXED(sys_devices, &sys, "devices");
static FIXED(sys_devices_virtual, &sys_devices, "virtual");
static FIXED(sys_kernel, &sys, "kernel");
static FIXED(sys_kernel_debug, &sys_kernel, "debug");

static struct {
	const char *path;
	struct entry *entry;
} fixed[] = {
	{ "/", &tree_root },
	{ "/dev", &tree_dev },
	{ "/proc", &tree_proc },
	{ "/proc/driver", &proc_driver },
	{ "/proc/fs", &proc_fs },
	{ "/sys", &sys },
	{ "/sys/class", &sys_class },
	{ "/sys/bus", &sys_bus },
	{ "/sys/devices", &sys_devices },
	{ "/sys/devices/virtual", &sys_devices_virtual },
	{ "/sys/kernel", &sys_kernel },
	{ "/sys/kernel/debug", &sys_kernel_debug },
};

/* Before the constructors that put something there. */
static void __attribute__((constructor(101))) plant(void)
{
	for (size_t i = 1; i < ARRAY_SIZE(fixed); i++)
		list_add_tail(&fixed[i].entry->siblings, &fixed[i].entry->parent->children);
}

struct entry *tree_fixed(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		if (!strcmp(fixed[i].path, path))
			return fixed[i].entry;
	return NULL;
}

char *kapi_text(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = platform_alloc(size, 1, 0);

	return copy ? memcpy(copy, text, size) : NULL;
}

struct entry *entry_new(const char *name, umode_t mode)
{
	size_t length = strlen(name);
	struct entry *entry = platform_alloc(sizeof(*entry) + length + 1, 16, 1);

	if (!entry)
		return NULL;
	memcpy(entry->name, name, length + 1);
	entry->dentry.d_name.name = (const unsigned char *)entry->name;
	entry->dentry.d_name.len = length;
	INIT_LIST_HEAD(&entry->siblings);
	INIT_LIST_HEAD(&entry->children);
	INIT_LIST_HEAD(&entry->files);
	entry->mode = mode;
	entry->references = 1;
	entry->gone_error = -ENODEV;
	return entry;
}

struct entry *entry_lookup(struct entry *folder, const char *name, size_t length)
{
	struct entry *entry;

	list_for_each_entry(entry, &folder->children, siblings)
		if (!strncmp(entry->name, name, length) && !entry->name[length])
			return entry;
	return NULL;
}

int entry_add(struct entry *folder, struct entry *entry, const void *code)
{
	char path[256];
	int error = 0;

	mutex_lock(&tree_lock);
	if (folder->gone)
		error = -ENOENT;
	else if (entry_lookup(folder, entry->name, strlen(entry->name)))
		error = -EEXIST;
	if (!error) {
		entry->parent = folder;
		list_add_tail(&entry->siblings, &folder->children);
		entry_path(entry, path, sizeof(path));
	}
	mutex_unlock(&tree_lock);
	if (!error && entry->kind)
		owned_acquire(entry->kind, entry, path, code, 0);
	return error;
}

static void put_locked(struct entry *entry)
{
	if (--entry->references)
		return;
	if (entry->target)
		platform_free(entry->target);
	platform_free(entry);
}

struct entry *entry_get(struct entry *entry)
{
	if (entry) {
		mutex_lock(&tree_lock);
		entry->references++;
		mutex_unlock(&tree_lock);
	}
	return entry;
}

void entry_put(struct entry *entry)
{
	if (!entry)
		return;
	mutex_lock(&tree_lock);
	put_locked(entry);
	mutex_unlock(&tree_lock);
}

/* The deepest entry first, so that each goes when it is empty. */
static struct entry *last_below(struct entry *entry)
{
	while (!list_empty(&entry->children))
		entry = list_last_entry(&entry->children, struct entry, siblings);
	return entry;
}

void entry_remove(struct entry *entry)
{
	struct entry *last;

	kapi_may_sleep();
	mutex_lock(&tree_lock);
	if (entry->gone) {
		mutex_unlock(&tree_lock);
		return;
	}
	do {
		last = last_below(entry);
		last->gone = true;
		list_del_init(&last->siblings);
		if (last->kind)
			owned_release(last->kind, last);
		while (last->calls) {
			int calls = last->calls;

			mutex_unlock(&tree_lock);
			platform_wait(&last->calls, calls);
			mutex_lock(&tree_lock);
		}
		open_files_gone(last);
		last->parent = NULL;
		put_locked(last);
	} while (last != entry);
	mutex_unlock(&tree_lock);
}

int entry_take_away(void *entry)
{
	entry_remove(entry);
	return 0;
}

static struct entry *walk(const char *path)
{
	struct entry *entry = &tree_root;

	while (entry && *path == '/' && path[1]) {
		size_t length = strcspn(++path, "/");

		entry = entry_lookup(entry, path, length);
		path += length;
	}
	return entry;
}

struct entry *entry_at(const char *path)
{
	struct entry *entry;

	mutex_lock(&tree_lock);
	entry = walk(path);
	if (entry)
		entry->references++;
	mutex_unlock(&tree_lock);
	return entry;
}

struct entry *entry_in(struct entry *folder, const char *name)
{
	struct entry *entry;

	mutex_lock(&tree_lock);
	entry = entry_lookup(folder, name, strlen(name));
	if (entry)
		entry->references++;
	mutex_unlock(&tree_lock);
	return entry;
}

void entry_path(const struct entry *entry, char *to, size_t size)
{
	size_t length;

	to[0] = 0;
	if (!entry->parent)
		return;
	entry_path(entry->parent, to, size);
	length = strlen(to);
	snprintf(to + length, size - length, "/%s", entry->name);
}
