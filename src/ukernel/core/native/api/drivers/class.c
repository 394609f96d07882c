// Classes of devices: sdk/include/linux/device/class.h. A class is a kobject in /sys/class.
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "api.h"
#include "drivers/class.h"
#include "fs/tree.h"

static int take_class_away(void *class);

static const struct owned_kind class_kind = {
	.one = "class", .many = "classes", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_class_away,
};

static struct class *class_of(struct kobject *kobj)
{
	return container_of(kobj, struct class_folder, kobj)->class;
}

static ssize_t show(struct kobject *kobj, struct attribute *attr, char *page)
{
	struct class_attribute *own = container_of(attr, struct class_attribute, attr);

	return own->show ? own->show(class_of(kobj), own, page) : -EIO;
}

static ssize_t store(struct kobject *kobj, struct attribute *attr, const char *text, size_t size)
{
	struct class_attribute *own = container_of(attr, struct class_attribute, attr);

	return own->store ? own->store(class_of(kobj), own, text, size) : -EIO;
}

static const struct sysfs_ops class_ops = { .show = show, .store = store };

static void release(struct kobject *kobj)
{
	struct class_folder *folder = container_of(kobj, struct class_folder, kobj);
	struct class *class = folder->class;

	class->p = NULL;
	if (folder->virtual)
		entry_remove(folder->virtual);
	entry_put(folder->virtual);
	if (class->class_release)
		class->class_release(class);
	platform_free(folder);
}

static const struct kobj_type class_type = { .release = release, .sysfs_ops = &class_ops };

int class_register(struct class *class)
{
	struct class_folder *folder = platform_alloc(sizeof(*folder), 16, 1);
	int error;

	if (!folder)
		return -ENOMEM;
	folder->class = class;
	mutex_init(&folder->lock);
	INIT_LIST_HEAD(&folder->devices);
	kobject_init(&folder->kobj, &class_type);
	error = kobject_set_name(&folder->kobj, "%s", class->name);
	if (!error)
		error = kapi_kobject_add_in(&folder->kobj, tree_fixed("/sys/class"));
	if (!error) {
		class->p = folder;
		error = sysfs_create_groups(&folder->kobj, class->class_groups);
	}
	if (!error) {
		owned_acquire(&class_kind, class, class->name, class->class_groups ? class : NULL, 0);
		return 0;
	}
	kobject_del(&folder->kobj);
	if (folder->kobj.name)
		platform_free(folder->kobj.name);
	platform_free(folder);
	class->p = NULL;
	return error;
}
EXPORT_SYMBOL(class_register);

/* Devices that a class leaves: they have no class any more. */
static void orphan_devices(struct class_folder *folder)
{
	struct device *dev, *next;

	mutex_lock(&folder->lock);
	list_for_each_entry_safe(dev, next, &folder->devices, kobj.entry) {
		list_del_init(&dev->kobj.entry);
		dev->class = NULL;
	}
	mutex_unlock(&folder->lock);
}

void class_unregister(struct class *class)
{
	if (!class->p)
		return;
	owned_release(&class_kind, class);
	orphan_devices(class->p);
	kobject_del(&class->p->kobj);
	kobject_put(&class->p->kobj);
}
EXPORT_SYMBOL(class_unregister);

static int take_class_away(void *class)
{
	class_unregister(class);
	return 0;
}

static void free_class(struct class *class)
{
	kfree(class);
}

struct class *class_create(struct module *owner, const char *name)
{
	struct class *class = kzalloc(sizeof(*class), GFP_KERNEL);
	int error;

	if (!class)
		return ERR_PTR(-ENOMEM);
	class->name = name;
	class->owner = owner;
	class->class_release = free_class;
	error = class_register(class);
	if (!error)
		return class;
	kfree(class);
	return ERR_PTR(error);
}
EXPORT_SYMBOL(class_create);

void class_destroy(struct class *class)
{
	if (!IS_ERR_OR_NULL(class))
		class_unregister(class);
}
EXPORT_SYMBOL(class_destroy);

int class_create_file(struct class *class, const struct class_attribute *attr)
{
	return sysfs_create_file(&class->p->kobj, &attr->attr);
}
EXPORT_SYMBOL(class_create_file);

void class_remove_file(struct class *class, const struct class_attribute *attr)
{
	sysfs_remove_file(&class->p->kobj, &attr->attr);
}
EXPORT_SYMBOL(class_remove_file);
