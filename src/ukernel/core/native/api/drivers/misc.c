// Devices of major 10: sdk/include/linux/miscdevice.h.
#include <linux/bug.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/slab.h>

#include "api.h"

#define DYNAMIC_MINORS 128	/* 127 down to 0, as drivers/char/misc.c gives them out */

static int take_misc_away(void *misc);

static const struct owned_kind misc_kind = {
	.one = "misc device", .many = "misc devices", .fate = "deregistered", .order = OWNED_CALLS,
	.take_away = take_misc_away,
};

/* The kernel's side of a miscdevice. */
struct registered {
	struct list_head list;
	struct miscdevice *misc;
	struct cdev cdev;
	struct device device;
};

static DEFINE_MUTEX(misc_lock);
static LIST_HEAD(registered);

static char *name_of_node(struct device *dev, umode_t *mode)
{
	const struct miscdevice *misc = dev_get_drvdata(dev);

	*mode = misc->mode;
	return misc->nodename ? kstrdup(misc->nodename, GFP_KERNEL) : NULL;
}

static struct class misc_class = { .name = "misc", .devnode = name_of_node };

/* The kernel's own from the start, not the first module's. */
static void __attribute__((constructor)) register_class(void)
{
	BUG_ON(class_register(&misc_class));
}

static struct registered *of_minor(int minor)
{
	struct registered *one;

	list_for_each_entry(one, &registered, list)
		if (one->misc->minor == minor)
			return one;
	return NULL;
}

static int free_minor(void)
{
	for (int minor = DYNAMIC_MINORS - 1; minor >= 0; minor--)
		if (!of_minor(minor))
			return minor;
	return -EBUSY;
}

static void free_registered(struct device *dev)
{
	platform_free(container_of(dev, struct registered, device));
}

/* Takes the minor. */
static int reserve(struct registered *one)
{
	struct miscdevice *misc = one->misc;
	int minor = misc->minor, error = 0;

	mutex_lock(&misc_lock);
	if (minor == MISC_DYNAMIC_MINOR)
		minor = free_minor();
	else if (of_minor(minor))
		error = -EBUSY;
	if (minor < 0)
		error = minor;
	if (!error) {
		misc->minor = minor;
		list_add_tail(&one->list, &registered);
	}
	mutex_unlock(&misc_lock);
	return error;
}

static void give_back(struct registered *one)
{
	mutex_lock(&misc_lock);
	list_del(&one->list);
	mutex_unlock(&misc_lock);
}

static int add(struct registered *one)
{
	struct miscdevice *misc = one->misc;
	int error;

	cdev_init(&one->cdev, misc->fops);
	one->cdev.part = true;
	one->cdev.private_data = misc;
	error = cdev_add(&one->cdev, MKDEV(MISC_MAJOR, misc->minor), 1);
	if (error)
		return error;
	one->device.part = true;
	one->device.class = &misc_class;
	one->device.parent = misc->parent;
	one->device.groups = misc->groups;
	one->device.devt = MKDEV(MISC_MAJOR, misc->minor);
	one->device.driver_data = misc;
	error = dev_set_name(&one->device, "%s", misc->name) ?: device_add(&one->device);
	if (error)
		cdev_del(&one->cdev);
	return error;
}

int misc_register(struct miscdevice *misc)
{
	struct registered *one = platform_alloc(sizeof(*one), 16, 1);
	bool dynamic = misc->minor == MISC_DYNAMIC_MINOR;
	int error;

	if (!one)
		return -ENOMEM;
	one->misc = misc;
	one->device.release = free_registered;
	device_initialize(&one->device);
	error = reserve(one);
	if (!error) {
		error = add(one);
		if (error)
			give_back(one);
	}
	if (error) {
		if (dynamic)
			misc->minor = MISC_DYNAMIC_MINOR;
		put_device(&one->device);
		return error;
	}
	misc->this_device = &one->device;
	owned_acquire(&misc_kind, misc, misc->name, misc->fops, 0);
	return 0;
}
EXPORT_SYMBOL(misc_register);

void misc_deregister(struct miscdevice *misc)
{
	struct registered *one;

	mutex_lock(&misc_lock);
	one = of_minor(misc->minor);
	if (one)
		list_del(&one->list);
	mutex_unlock(&misc_lock);
	if (WARN(!one, "misc device %s is not registered\n", misc->name))
		return;
	owned_release(&misc_kind, misc);
	cdev_del(&one->cdev);
	device_unregister(&one->device);
}
EXPORT_SYMBOL(misc_deregister);

static int take_misc_away(void *misc)
{
	misc_deregister(misc);
	return 0;
}
