// What goes with a device's driver: sdk/include/linux/device.h.
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "api.h"
#include "drivers/devres.h"

struct devres {
	struct list_head list;
	void (*action)(void *data);	/* NULL: the block is memory that the module uses */
	void *data;
	char block[] __attribute__((aligned(ARCH_KMALLOC_MINALIGN)));
};

static DEFINE_SPINLOCK(lock);	/* over the lists of all devices */

static struct devres *add(struct device *dev, size_t size, gfp_t gfp)
{
	struct devres *one = kzalloc(size_add(sizeof(*one), size), gfp);
	unsigned long flags;

	if (!one)
		return NULL;
	spin_lock_irqsave(&lock, flags);
	list_add(&one->list, &dev->devres);
	spin_unlock_irqrestore(&lock, flags);
	return one;
}

/* The one that `wanted` says, or the last one, out of the list. */
static struct devres *take(struct device *dev, const void *wanted)
{
	struct devres *one, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	list_for_each_entry(one, &dev->devres, list) {
		if (wanted && one->block != wanted)
			continue;
		found = one;
		list_del(&one->list);
		break;
	}
	spin_unlock_irqrestore(&lock, flags);
	return found;
}

void kapi_release_devres(struct device *dev)
{
	struct devres *one;

	while ((one = take(dev, NULL))) {
		if (one->action)
			one->action(one->data);
		kfree(one);
	}
}

void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
{
	struct devres *one = add(dev, size, gfp);

	return one ? one->block : NULL;
}
EXPORT_SYMBOL(devm_kmalloc);

void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp)
{
	return devm_kmalloc(dev, size, gfp);
}
EXPORT_SYMBOL(devm_kzalloc);

void *devm_kcalloc(struct device *dev, size_t n, size_t size, gfp_t gfp)
{
	return devm_kmalloc(dev, array_size(n, size), gfp);
}
EXPORT_SYMBOL(devm_kcalloc);

char *devm_kstrdup(struct device *dev, const char *text, gfp_t gfp)
{
	size_t size = text ? strlen(text) + 1 : 0;
	char *copy = text ? devm_kmalloc(dev, size, gfp) : NULL;

	return copy ? memcpy(copy, text, size) : NULL;
}
EXPORT_SYMBOL(devm_kstrdup);

void devm_kfree(struct device *dev, const void *block)
{
	struct devres *one = block ? take(dev, block) : NULL;

	if (block && !one)
		kapi_bug("devm_kfree: %px is no memory of %s", block, dev_name(dev));
	kfree(one);
}
EXPORT_SYMBOL(devm_kfree);

int devm_add_action(struct device *dev, void (*action)(void *data), void *data)
{
	struct devres *one = add(dev, 0, GFP_KERNEL);

	if (!one)
		return -ENOMEM;
	one->data = data;
	one->action = action;
	return 0;
}
EXPORT_SYMBOL(devm_add_action);

int devm_add_action_or_reset(struct device *dev, void (*action)(void *data), void *data)
{
	int error = devm_add_action(dev, action, data);

	if (error)
		action(data);
	return error;
}
EXPORT_SYMBOL(devm_add_action_or_reset);

int dev_err_probe(const struct device *dev, int error, const char *format, ...)
{
	struct va_format text;
	va_list arguments;

	va_start(arguments, format);
	text.fmt = format;
	text.va = &arguments;
	dev_err(dev, "error %d: %pV", error, &text);
	va_end(arguments);
	return error;
}
EXPORT_SYMBOL(dev_err_probe);
