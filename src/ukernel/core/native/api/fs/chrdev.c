// Numbers of character devices: sdk/include/linux/fs.h and cdev.h.
#include <linux/export.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "api.h"
#include "fs/chrdev.h"

#define MAJOR_LIMIT 512
#define ALL_MINORS 256

DEFINE_MUTEX(chrdev_lock);
LIST_HEAD(chrdev_regions);
LIST_HEAD(chrdev_devices);

static int take_region_away(void *region);
static int take_device_away(void *cdev);

static const struct owned_kind region_kind = {
	.one = "range of device numbers", .many = "ranges of device numbers", .fate = "unregistered",
	.order = OWNED_CALLS, .take_away = take_region_away,
};

static const struct owned_kind device_kind = {
	.one = "character device", .many = "character devices", .fate = "deleted", .order = OWNED_CALLS,
	.take_away = take_device_away,
};

static bool overlap(unsigned int a, unsigned int a_count, unsigned int b, unsigned int b_count)
{
	return a < b + b_count && b < a + a_count;
}

struct chrdev_region *chrdev_region_of(unsigned int major, unsigned int minor)
{
	struct chrdev_region *region;

	list_for_each_entry(region, &chrdev_regions, list)
		if (region->major == major && overlap(region->first, region->count, minor, 1))
			return region;
	return NULL;
}

struct cdev *chrdev_device_of(dev_t device)
{
	struct cdev *cdev;

	list_for_each_entry(cdev, &chrdev_devices, list)
		if (overlap(cdev->dev, cdev->count, device, 1))
			return cdev;
	return NULL;
}

static bool major_in_use(unsigned int major)
{
	struct chrdev_region *region;

	list_for_each_entry(region, &chrdev_regions, list)
		if (region->major == major)
			return true;
	return false;
}

/* From 254 down to 234, then from 511 down to 384, as fs/char_dev.c gives them out. */
static int free_major(void)
{
	int major;

	for (major = 254; major >= 234; major--)
		if (!major_in_use(major))
			return major;
	for (major = 511; major >= 384; major--)
		if (!major_in_use(major))
			return major;
	return -EBUSY;
}

/* major 0: any. Returns the major number or an error. */
static int reserve(unsigned int major, unsigned int first, unsigned int count, const char *name,
		   bool whole, const void *code)
{
	struct chrdev_region *fresh, *other;
	int result = major;

	if (major >= MAJOR_LIMIT || !count || first > MINORMASK || count > MINORMASK + 1 - first) {
		pr_err("CHRDEV \"%s\" minor range requested (%u-%u) or major %u is out of range\n", name,
		       first, first + count - 1, major);
		return -EINVAL;
	}
	fresh = platform_alloc(sizeof(*fresh), 16, 1);
	if (!fresh)
		return -ENOMEM;
	strscpy(fresh->name, name, sizeof(fresh->name));
	fresh->first = first;
	fresh->count = count;
	fresh->whole = whole;

	mutex_lock(&chrdev_lock);
	if (!major)
		result = free_major();
	list_for_each_entry(other, &chrdev_regions, list)
		if (other->major == result && overlap(other->first, other->count, first, count)) {
			result = -EBUSY;
			break;
		}
	if (result >= 0) {
		fresh->major = result;
		list_add_tail(&fresh->list, &chrdev_regions);
	}
	mutex_unlock(&chrdev_lock);
	if (result < 0)
		platform_free(fresh);
	else
		owned_acquire(&region_kind, fresh, name, code, 0);
	return result;
}

static void cdev_name(const struct cdev *cdev, char name[24])
{
	snprintf(name, 24, "%u:%u", MAJOR(cdev->dev), MINOR(cdev->dev));
}

static void release(unsigned int major, unsigned int first, unsigned int count)
{
	struct chrdev_region *region;

	mutex_lock(&chrdev_lock);
	region = chrdev_region_of(major, first);
	if (region && region->first == first && region->count == count)
		list_del(&region->list);
	else
		region = NULL;
	mutex_unlock(&chrdev_lock);
	if (region) {
		owned_release(&region_kind, region);
		platform_free(region);
	}
}

int register_chrdev_region(dev_t device, unsigned int count, const char *name)
{
	int major;

	if (!MAJOR(device))
		return -EINVAL;
	major = reserve(MAJOR(device), MINOR(device), count, name, false, NULL);
	return major < 0 ? major : 0;
}
EXPORT_SYMBOL(register_chrdev_region);

int alloc_chrdev_region(dev_t *device, unsigned int first_minor, unsigned int count, const char *name)
{
	int major = reserve(0, first_minor, count, name, false, NULL);

	if (major < 0)
		return major;
	*device = MKDEV(major, first_minor);
	return 0;
}
EXPORT_SYMBOL(alloc_chrdev_region);

void unregister_chrdev_region(dev_t device, unsigned int count)
{
	release(MAJOR(device), MINOR(device), count);
}
EXPORT_SYMBOL(unregister_chrdev_region);

int register_chrdev(unsigned int major, const char *name, const struct file_operations *fops)
{
	int given = reserve(major, 0, ALL_MINORS, name, true, fops);
	struct cdev *cdev;
	int error;

	if (given < 0)
		return given;
	cdev = cdev_alloc();
	if (!cdev) {
		release(given, 0, ALL_MINORS);
		return -ENOMEM;
	}
	cdev->ops = fops;
	cdev->owner = fops->owner;
	cdev->part = true;
	error = cdev_add(cdev, MKDEV(given, 0), ALL_MINORS);
	if (error) {
		kfree(cdev);
		release(given, 0, ALL_MINORS);
		return error;
	}
	return major ? 0 : given;
}
EXPORT_SYMBOL(register_chrdev);

void unregister_chrdev(unsigned int major, const char *name)
{
	struct cdev *cdev;

	mutex_lock(&chrdev_lock);
	cdev = chrdev_device_of(MKDEV(major, 0));
	mutex_unlock(&chrdev_lock);
	if (cdev && cdev->allocated)
		cdev_del(cdev);
	release(major, 0, ALL_MINORS);
}
EXPORT_SYMBOL(unregister_chrdev);

static void release_nothing(struct kobject *kobj)
{
}

static const struct kobj_type cdev_type = { .release = release_nothing };

void cdev_init(struct cdev *cdev, const struct file_operations *fops)
{
	memset(cdev, 0, sizeof(*cdev));
	kobject_init(&cdev->kobj, &cdev_type);
	INIT_LIST_HEAD(&cdev->list);
	cdev->ops = fops;
}
EXPORT_SYMBOL(cdev_init);

struct cdev *cdev_alloc(void)
{
	struct cdev *cdev = kzalloc(sizeof(*cdev), GFP_KERNEL);

	if (cdev) {
		kobject_init(&cdev->kobj, &cdev_type);
		INIT_LIST_HEAD(&cdev->list);
		cdev->allocated = true;
	}
	return cdev;
}
EXPORT_SYMBOL(cdev_alloc);

int cdev_add(struct cdev *cdev, dev_t device, unsigned int count)
{
	struct cdev *other;
	char name[24];
	int error = 0;

	if (!cdev->ops || !count)
		return -EINVAL;
	mutex_lock(&chrdev_lock);
	list_for_each_entry(other, &chrdev_devices, list)
		if (other == cdev || overlap(other->dev, other->count, device, count))
			error = -EBUSY;
	if (!error) {
		cdev->dev = device;
		cdev->count = count;
		list_add_tail(&cdev->list, &chrdev_devices);
	}
	mutex_unlock(&chrdev_lock);
	if (!error && !cdev->part) {
		cdev_name(cdev, name);
		owned_acquire(&device_kind, cdev, name, cdev->ops, 0);
	}
	return error;
}
EXPORT_SYMBOL(cdev_add);

void cdev_del(struct cdev *cdev)
{
	struct cdev *other;
	bool found = false;

	if (!cdev)
		return;
	mutex_lock(&chrdev_lock);
	list_for_each_entry(other, &chrdev_devices, list)
		if (other == cdev) {
			list_del_init(&cdev->list);
			found = true;
			break;
		}
	mutex_unlock(&chrdev_lock);
	owned_release(&device_kind, cdev);
	if (cdev->kobj.name) {
		platform_free(cdev->kobj.name);
		cdev->kobj.name = NULL;
	}
	if (cdev->allocated && (found || list_empty(&cdev->list)))
		kfree(cdev);
}
EXPORT_SYMBOL(cdev_del);

static int take_region_away(void *thing)
{
	struct chrdev_region *region = thing;

	if (region->whole)
		unregister_chrdev(region->major, region->name);
	else
		release(region->major, region->first, region->count);
	return 0;
}

static int take_device_away(void *cdev)
{
	cdev_del(cdev);
	return 0;
}
