// Nodes that nobody made: see chrdev_nodes.h.
#include <linux/kernel.h>
#include <linux/module.h>

#include "api.h"
#include "fs/chrdev.h"
#include "fs/chrdev_nodes.h"
#include "fs/tree.h"

/* "NAME" or "NAMEn" under a region: its minor, or -1. */
static int minor_of(const struct chrdev_region *region, const char *name)
{
	size_t length = strlen(region->name);
	unsigned int further;

	if (strncmp(name, region->name, length))
		return -1;
	name += length;
	if (!*name)
		return region->first;
	if (*name == '0' || kstrtouint(name, 10, &further) || further >= region->count)
		return -1;
	return region->first + further;
}

static int number_of_name(const char *name, dev_t *device)
{
	struct chrdev_region *region;
	int error = -ENOENT;

	list_for_each_entry(region, &chrdev_regions, list) {
		int found = minor_of(region, name);

		if (found < 0 || (!error && strcmp(region->name, name)))
			continue;	/* "NAME1" itself goes before "NAME" and its minor 1 */
		*device = MKDEV(region->major, found);
		error = chrdev_device_of(*device) ? 0 : -ENXIO;
	}
	return error;
}

int device_number(const char *path, dev_t *device)
{
	unsigned int major, minor;
	int error;

	if (sscanf(path, "/dev/char/%u:%u", &major, &minor) == 2) {
		*device = MKDEV(major, minor);
		return 0;
	}
	if (strncmp(path, "/dev/", 5))
		return -ENOENT;
	mutex_lock(&chrdev_lock);
	error = number_of_name(path + 5, device);
	mutex_unlock(&chrdev_lock);
	return error;
}

static bool has_entry(const struct entry *folder, dev_t device)
{
	struct entry *entry;

	list_for_each_entry(entry, &folder->children, siblings)
		if ((S_ISCHR(entry->mode) && entry->device == device) || has_entry(entry, device))
			return true;
	return false;
}

/* All minors of register_chrdev() can be opened; one of them stands for it. */
static bool shown(const struct chrdev_region *region, unsigned int index)
{
	dev_t device = MKDEV(region->major, region->first + index);

	if (!chrdev_device_of(device))
		return false;
	if (!region->whole)
		return !has_entry(&tree_dev, device);
	if (index)
		return false;
	for (unsigned int i = 0; i < region->count; i++)
		if (has_entry(&tree_dev, device + i))
			return false;
	return true;
}

void device_each(void (*visit)(void *to, const char *name), void *to)
{
	struct chrdev_region *region;
	char name[96];

	mutex_lock(&tree_lock);
	mutex_lock(&chrdev_lock);
	list_for_each_entry(region, &chrdev_regions, list) {
		for (unsigned int index = 0; index < region->count; index++) {
			if (!shown(region, index))
				continue;
			if (index)
				snprintf(name, sizeof(name), "%s%u", region->name, index);
			else
				snprintf(name, sizeof(name), "%s", region->name);
			visit(to, name);
		}
	}
	mutex_unlock(&chrdev_lock);
	mutex_unlock(&tree_lock);
}
