// Devices: sdk/include/linux/device.h. A device is a kobject in /sys/devices and perhaps a node in /dev (device_node.c).
#include <linux/bug.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "api.h"
#include "drivers/class.h"
#include "drivers/device_node.h"
#include "drivers/devres.h"
#include "fs/tree.h"

static int take_device_away(void *dev);

static const struct owned_kind device_kind = {
	.one = "device", .many = "devices", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_device_away,
};

static struct device *device_of(struct kobject *kobj)
{
	return container_of(kobj, struct device, kobj);
}

static ssize_t show(struct kobject *kobj, struct attribute *attr, char *page)
{
	struct device_attribute *own = container_of(attr, struct device_attribute, attr);

	return own->show ? own->show(device_of(kobj), own, page) : -EIO;
}

static ssize_t store(struct kobject *kobj, struct attribute *attr, const char *text, size_t size)
{
	struct device_attribute *own = container_of(attr, struct device_attribute, attr);

	return own->store ? own->store(device_of(kobj), own, text, size) : -EIO;
}

static const struct sysfs_ops device_ops = { .show = show, .store = store };

static void release(struct kobject *kobj)
{
	struct device *dev = device_of(kobj);

	kapi_release_devres(dev);
	if (dev->release)
		dev->release(dev);
	else if (dev->class && dev->class->dev_release)
		dev->class->dev_release(dev);
	else
		WARN(1, "Device '%s' does not have a release() function, it is broken and must be fixed.\n",
		     dev_name(dev));
}

static const struct kobj_type device_type = { .release = release, .sysfs_ops = &device_ops };

static ssize_t dev_show(struct device *dev, struct device_attribute *attr, char *page)
{
	return sysfs_emit(page, "%u:%u\n", MAJOR(dev->devt), MINOR(dev->devt));
}

static ssize_t uevent_show(struct device *dev, struct device_attribute *attr, char *page)
{
	const size_t prefix = strlen("/dev/");
	char path[256] = "";

	if (!dev->devt)
		return 0;
	mutex_lock(&tree_lock);
	if (dev->node)
		entry_path(dev->node, path, sizeof(path));
	mutex_unlock(&tree_lock);
	return sysfs_emit(page, "MAJOR=%u\nMINOR=%u\nDEVNAME=%s\n", MAJOR(dev->devt), MINOR(dev->devt),
			  strlen(path) > prefix ? path + prefix : dev_name(dev));
}

static const DEVICE_ATTR_RO(dev);
static const DEVICE_ATTR_RO(uevent);

void device_initialize(struct device *dev)
{
	const char *name = dev->kobj.name;

	kobject_init(&dev->kobj, &device_type);
	dev->kobj.name = name;
	dev->node = NULL;
	INIT_LIST_HEAD(&dev->devres);
}
EXPORT_SYMBOL(device_initialize);

int dev_set_name(struct device *dev, const char *format, ...)
{
	va_list arguments;
	int error;

	va_start(arguments, format);
	error = kobject_set_name_vargs(&dev->kobj, format, arguments);
	va_end(arguments);
	return error;
}
EXPORT_SYMBOL(dev_set_name);

/* The folder in which its own is, with a reference: its parent's, /sys/devices/virtual/<class> for those
 * without, /sys/devices for those of no class. */
static struct entry *folder_of(struct device *dev)
{
	struct entry *virtual = tree_fixed("/sys/devices/virtual"), *folder;

	if (dev->parent && dev->parent->kobj.sd)
		return entry_get(dev->parent->kobj.sd);
	if (!dev->class)
		return entry_get(tree_fixed("/sys/devices"));
	mutex_lock(&dev->class->p->lock);
	if (!dev->class->p->virtual) {
		folder = entry_new(dev->class->name, S_IFDIR | 0755);
		if (folder && !entry_add(virtual, entry_get(folder), NULL))
			dev->class->p->virtual = folder;
	}
	folder = entry_get(dev->class->p->virtual);
	mutex_unlock(&dev->class->p->lock);
	return folder;
}

static int add_files(struct device *dev)
{
	int error = device_create_file(dev, &dev_attr_uevent);

	if (!error && dev->devt)
		error = device_create_file(dev, &dev_attr_dev);
	if (!error && dev->class)
		error = sysfs_create_link(&dev->kobj, &dev->class->p->kobj, "subsystem");
	if (!error && dev->class)
		error = kapi_link(dev->class->p->kobj.sd, dev->kobj.sd, dev->kobj.name);
	if (!error && dev->class)
		error = sysfs_create_groups(&dev->kobj, dev->class->dev_groups);
	if (!error)
		error = sysfs_create_groups(&dev->kobj, dev->groups);
	if (!error && dev->devt)
		error = kapi_make_node(dev);
	return error;
}

static void undo(struct device *dev)
{
	if (dev->node)
		kapi_remove_node(dev);
	if (dev->class && dev->class->p)
		sysfs_remove_link(&dev->class->p->kobj, dev->kobj.name);
	kobject_del(&dev->kobj);
}

int device_add(struct device *dev)
{
	struct entry *folder;
	int error;

	if (dev->init_name) {
		error = dev_set_name(dev, "%s", dev->init_name);
		if (error)
			return error;
		dev->init_name = NULL;
	}
	if (!dev->kobj.name || (dev->class && !dev->class->p))
		return -EINVAL;
	folder = folder_of(dev);
	error = kapi_kobject_add_in(&dev->kobj, folder);
	entry_put(folder);
	if (error)
		return error;
	error = add_files(dev);
	if (error) {
		undo(dev);
		return error;
	}
	get_device(dev->parent);
	if (dev->class) {
		mutex_lock(&dev->class->p->lock);
		list_add_tail(&dev->kobj.entry, &dev->class->p->devices);
		mutex_unlock(&dev->class->p->lock);
	}
	if (!dev->part)
		owned_acquire(&device_kind, dev, dev->kobj.name, dev->release, 0);
	return 0;
}
EXPORT_SYMBOL(device_add);

void device_del(struct device *dev)
{
	if (!dev->kobj.state_in_sysfs)
		return;
	owned_release(&device_kind, dev);
	if (dev->class && dev->class->p) {
		mutex_lock(&dev->class->p->lock);
		list_del_init(&dev->kobj.entry);
		mutex_unlock(&dev->class->p->lock);
	}
	undo(dev);
	put_device(dev->parent);
}
EXPORT_SYMBOL(device_del);

int device_register(struct device *dev)
{
	device_initialize(dev);
	return device_add(dev);
}
EXPORT_SYMBOL(device_register);

void device_unregister(struct device *dev)
{
	device_del(dev);
	put_device(dev);
}
EXPORT_SYMBOL(device_unregister);

static int take_device_away(void *dev)
{
	device_unregister(dev);
	return 0;
}

struct device *get_device(struct device *dev)
{
	if (dev)
		kobject_get(&dev->kobj);
	return dev;
}
EXPORT_SYMBOL(get_device);

void put_device(struct device *dev)
{
	if (dev)
		kobject_put(&dev->kobj);
}
EXPORT_SYMBOL(put_device);

int device_create_file(struct device *dev, const struct device_attribute *attr)
{
	return sysfs_create_file(&dev->kobj, &attr->attr);
}
EXPORT_SYMBOL(device_create_file);

void device_remove_file(struct device *dev, const struct device_attribute *attr)
{
	sysfs_remove_file(&dev->kobj, &attr->attr);
}
EXPORT_SYMBOL(device_remove_file);

static void free_device(struct device *dev)
{
	kfree(dev);
}

static struct device *create(struct class *class, struct device *parent, dev_t devt, void *drvdata,
			     const struct attribute_group **groups, const char *format, va_list arguments)
{
	struct device *dev;
	int error;

	if (IS_ERR_OR_NULL(class))
		return ERR_PTR(-ENODEV);
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	device_initialize(dev);
	dev->class = class;
	dev->parent = parent;
	dev->devt = devt;
	dev->groups = groups;
	dev->release = free_device;
	dev->driver_data = drvdata;
	error = kobject_set_name_vargs(&dev->kobj, format, arguments) ?: device_add(dev);
	if (!error)
		return dev;
	put_device(dev);
	return ERR_PTR(error);
}

struct device *device_create(struct class *class, struct device *parent, dev_t devt, void *drvdata,
			     const char *format, ...)
{
	va_list arguments;
	struct device *dev;

	va_start(arguments, format);
	dev = create(class, parent, devt, drvdata, NULL, format, arguments);
	va_end(arguments);
	return dev;
}
EXPORT_SYMBOL(device_create);

struct device *device_create_with_groups(struct class *class, struct device *parent, dev_t devt,
					 void *drvdata, const struct attribute_group **groups,
					 const char *format, ...)
{
	va_list arguments;
	struct device *dev;

	va_start(arguments, format);
	dev = create(class, parent, devt, drvdata, groups, format, arguments);
	va_end(arguments);
	return dev;
}
EXPORT_SYMBOL(device_create_with_groups);

void device_destroy(struct class *class, dev_t devt)
{
	struct device *dev, *found = NULL;

	if (IS_ERR_OR_NULL(class) || !class->p)
		return;
	mutex_lock(&class->p->lock);
	list_for_each_entry(dev, &class->p->devices, kobj.entry)
		if (dev->devt == devt)
			found = dev;
	mutex_unlock(&class->p->lock);
	if (found)
		device_unregister(found);
}
EXPORT_SYMBOL(device_destroy);
