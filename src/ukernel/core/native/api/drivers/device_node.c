// Nodes of devices in /dev, and the folders that they lie in.
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "api.h"
#include "drivers/device_node.h"
#include "fs/tree.h"

/* Over the folders below /dev, which are there as long as nodes are in them. */
static DEFINE_MUTEX(folders_lock);

/* The folder of a node's path below /dev, with a reference, and of the path what is left: its name. */
static struct entry *folder_for(const char **path)
{
	struct entry *folder = entry_get(&tree_dev), *next;
	const char *slash;
	char name[64];

	while (folder && (slash = strchr(*path, '/'))) {
		strscpy(name, *path, min_t(size_t, slash - *path + 1, sizeof(name)));
		next = entry_in(folder, name);
		if (!next) {
			next = entry_new(name, S_IFDIR | 0755);
			if (next && entry_add(folder, entry_get(next), NULL)) {
				entry_put(next);
				entry_put(next);
				next = NULL;
			}
		}
		entry_put(folder);
		folder = next;
		*path = slash + 1;
	}
	return folder;
}

/* Takes away the folders that have become empty. */
static void clear_folder(struct entry *folder)
{
	while (folder && folder != &tree_dev && list_empty(&folder->children)) {
		struct entry *parent = entry_get(folder->parent);

		entry_remove(folder);
		entry_put(folder);
		folder = parent;
	}
	entry_put(folder);
}

/* /dev/<name>, with folders for its slashes; the class may have another name and mode for it. */
int kapi_make_node(struct device *dev)
{
	umode_t mode = 0;
	char *own = dev->class && dev->class->devnode ? dev->class->devnode(dev, &mode) : NULL;
	char *path = kapi_text(own ?: dev_name(dev));
	const char *name = path;
	struct entry *node, *folder;
	int error = -ENOMEM;

	kfree(own);
	if (!path)
		return -ENOMEM;
	for (char *c = path; *c; c++)
		if (*c == '!')
			*c = '/';	/* as a name in /sys stands for one in /dev */
	mutex_lock(&folders_lock);
	folder = folder_for(&name);
	node = folder ? entry_new(name, S_IFCHR | (mode ?: 0600)) : NULL;
	if (node) {
		node->device = dev->devt;
		error = entry_add(folder, entry_get(node), NULL);
		if (!error)
			dev->node = node;
	}
	if (node && error) {
		entry_put(node);
		entry_put(node);
	}
	if (error)
		clear_folder(folder);
	else
		entry_put(folder);
	mutex_unlock(&folders_lock);
	platform_free(path);
	return error;
}

void kapi_remove_node(struct device *dev)
{
	struct entry *folder;

	mutex_lock(&folders_lock);
	folder = entry_get(dev->node->parent);
	entry_remove(dev->node);
	entry_put(dev->node);
	dev->node = NULL;
	clear_folder(folder);
	mutex_unlock(&folders_lock);
}
