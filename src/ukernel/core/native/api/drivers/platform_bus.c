// Platform devices and their drivers: sdk/include/linux/platform_device.h.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "api.h"
#include "drivers/devres.h"

static LIST_HEAD(devices);
static LIST_HEAD(drivers);
/* Guards both, and who is bound to whom. Not held in module code: a fault there would leave it locked. */
static DEFINE_MUTEX(bus_lock);

static struct device platform_bus = { .init_name = "platform" };

static int take_driver_away(void *driver);
static int take_device_away(void *pdev);

static const struct owned_kind owned_driver = {
	.one = "platform driver", .many = "platform drivers", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_driver_away,
};
static const struct owned_kind owned_device = {
	.one = "platform device", .many = "platform devices", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_device_away,
};

static void keep(struct device *dev)
{
}

/* /sys/devices/platform, the kernel's own from the start. */
static void __attribute__((constructor)) register_bus(void)
{
	platform_bus.release = keep;
	platform_bus.part = true;
	BUG_ON(device_register(&platform_bus));
}

/* platform_match() */
static bool serves(const struct platform_driver *driver, struct platform_device *pdev)
{
	const struct platform_device_id *id = driver->id_table;

	if (!id)
		return !strcmp(pdev->name, driver->driver.name);
	for (; id->name[0]; id++)
		if (!strcmp(pdev->name, id->name)) {
			pdev->id_entry = id;
			return true;
		}
	return false;
}

/* A driver is not taken away while somebody is at it. */
static void let_go(struct platform_driver *driver)
{
	mutex_lock(&bus_lock);
	driver->busy--;
	mutex_unlock(&bus_lock);
	platform_wake(&driver->busy, INT_MAX);
}

/* In the order in which they came, with a reference; NULL behind the last one. */
static struct platform_driver *nth_driver(unsigned int n)
{
	struct platform_driver *driver, *found = NULL;

	mutex_lock(&bus_lock);
	list_for_each_entry(driver, &drivers, list)
		if (!n--) {
			driver->busy++;
			found = driver;
			break;
		}
	mutex_unlock(&bus_lock);
	return found;
}

static struct platform_device *nth_device(unsigned int n)
{
	struct platform_device *pdev, *found = NULL;

	mutex_lock(&bus_lock);
	list_for_each_entry(pdev, &devices, list)
		if (!n--) {
			get_device(&pdev->dev);
			found = pdev;
			break;
		}
	mutex_unlock(&bus_lock);
	return found;
}

static void unbound(struct platform_device *pdev)
{
	kapi_release_devres(&pdev->dev);
	pdev->dev.driver = NULL;
	pdev->dev.driver_data = NULL;
	mutex_lock(&bus_lock);
	pdev->bound = NULL;
	mutex_unlock(&bus_lock);
}

/* really_probe(), drivers/base/dd.c */
static void try_to_bind(struct platform_device *pdev, struct platform_driver *driver)
{
	bool fits;
	int error;

	mutex_lock(&bus_lock);
	fits = !pdev->bound && serves(driver, pdev);
	if (fits)
		pdev->bound = driver;
	mutex_unlock(&bus_lock);
	if (!fits)
		return;
	pdev->dev.driver = &driver->driver;
	error = driver->probe ? driver->probe(pdev) : 0;
	if (!error)
		return;
	if (error != -ENODEV && error != -ENXIO)
		pr_warn("%s: probe of %s failed with error %d\n", driver->driver.name, dev_name(&pdev->dev),
			error);
	unbound(pdev);
}

static void unbind(struct platform_device *pdev)
{
	struct platform_driver *driver = pdev->bound;

	if (!driver)
		return;
	if (driver->remove_new)
		driver->remove_new(pdev);
	else if (driver->remove)
		driver->remove(pdev);
	unbound(pdev);
}

int platform_driver_register(struct platform_driver *driver)
{
	struct platform_driver *other;
	struct platform_device *pdev;
	unsigned int n;

	kapi_may_sleep();
	if (!driver->driver.name)
		return -EINVAL;
	mutex_lock(&bus_lock);
	list_for_each_entry(other, &drivers, list)
		if (!strcmp(other->driver.name, driver->driver.name)) {
			mutex_unlock(&bus_lock);
			pr_err("Error: Driver '%s' is already registered, aborting...\n", driver->driver.name);
			return -EBUSY;
		}
	driver->busy = 0;
	list_add_tail(&driver->list, &drivers);
	mutex_unlock(&bus_lock);
	owned_acquire(&owned_driver, driver, driver->driver.name, driver->probe, 0);
	for (n = 0; (pdev = nth_device(n)); n++) {
		try_to_bind(pdev, driver);
		put_device(&pdev->dev);
	}
	return 0;
}
EXPORT_SYMBOL(platform_driver_register);

static void driver_gone(struct platform_driver *driver)
{
	struct platform_device *pdev;
	unsigned int n;
	int busy;

	mutex_lock(&bus_lock);
	list_del(&driver->list);
	while ((busy = driver->busy)) {
		mutex_unlock(&bus_lock);
		platform_wait(&driver->busy, busy);
		mutex_lock(&bus_lock);
	}
	mutex_unlock(&bus_lock);
	for (n = 0; (pdev = nth_device(n)); n++) {
		if (pdev->bound == driver)
			unbind(pdev);
		put_device(&pdev->dev);
	}
}

void platform_driver_unregister(struct platform_driver *driver)
{
	kapi_may_sleep();
	if (!owned_release(&owned_driver, driver))
		kapi_bug("platform_driver_unregister: %px is no registered driver", driver);
	driver_gone(driver);
}
EXPORT_SYMBOL(platform_driver_unregister);

static int take_driver_away(void *driver)
{
	driver_gone(driver);
	return 0;
}

/* platform_device_add() */
static int name_device(struct platform_device *pdev)
{
	static int next;

	if (pdev->id == PLATFORM_DEVID_NONE)
		return dev_set_name(&pdev->dev, "%s", pdev->name);
	if (pdev->id != PLATFORM_DEVID_AUTO)
		return dev_set_name(&pdev->dev, "%s.%d", pdev->name, pdev->id);
	pdev->id = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED);
	return dev_set_name(&pdev->dev, "%s.%d.auto", pdev->name, pdev->id);
}

int platform_device_add(struct platform_device *pdev)
{
	struct platform_driver *driver;
	unsigned int n;
	int error;

	kapi_may_sleep();
	if (!pdev->dev.parent)
		pdev->dev.parent = &platform_bus;
	pdev->dev.part = true;
	pdev->bound = NULL;
	error = name_device(pdev) ?: device_add(&pdev->dev);
	if (error)
		return error;
	mutex_lock(&bus_lock);
	list_add_tail(&pdev->list, &devices);
	mutex_unlock(&bus_lock);
	owned_acquire(&owned_device, pdev, dev_name(&pdev->dev), NULL, 0);
	for (n = 0; (driver = nth_driver(n)); n++) {
		try_to_bind(pdev, driver);
		let_go(driver);
	}
	return 0;
}
EXPORT_SYMBOL(platform_device_add);

int platform_device_register(struct platform_device *pdev)
{
	device_initialize(&pdev->dev);
	return platform_device_add(pdev);
}
EXPORT_SYMBOL(platform_device_register);

void platform_device_del(struct platform_device *pdev)
{
	kapi_may_sleep();
	owned_release(&owned_device, pdev);
	mutex_lock(&bus_lock);
	list_del(&pdev->list);
	mutex_unlock(&bus_lock);
	unbind(pdev);
	device_del(&pdev->dev);
}
EXPORT_SYMBOL(platform_device_del);

void platform_device_put(struct platform_device *pdev)
{
	if (!IS_ERR_OR_NULL(pdev))
		put_device(&pdev->dev);
}
EXPORT_SYMBOL(platform_device_put);

void platform_device_unregister(struct platform_device *pdev)
{
	if (IS_ERR_OR_NULL(pdev))
		return;
	platform_device_del(pdev);
	platform_device_put(pdev);
}
EXPORT_SYMBOL(platform_device_unregister);

static int take_device_away(void *pdev)
{
	platform_device_unregister(pdev);
	return 0;
}

/* One of platform_device_alloc(). */
struct own_device {
	struct platform_device pdev;
	char name[];
};

static void free_own_device(struct device *dev)
{
	struct platform_device *pdev = to_platform_device(dev);

	kfree(dev->platform_data);
	kfree(pdev->resource);
	kfree(container_of(pdev, struct own_device, pdev));
}

struct platform_device *platform_device_alloc(const char *name, int id)
{
	size_t size = strlen(name) + 1;
	struct own_device *own = kzalloc(sizeof(*own) + size, GFP_KERNEL);

	if (!own)
		return NULL;
	memcpy(own->name, name, size);
	own->pdev.name = own->name;
	own->pdev.id = id;
	device_initialize(&own->pdev.dev);
	own->pdev.dev.release = free_own_device;
	return &own->pdev;
}
EXPORT_SYMBOL(platform_device_alloc);

int platform_device_add_data(struct platform_device *pdev, const void *data, size_t size)
{
	void *copy = data ? kmemdup(data, size, GFP_KERNEL) : NULL;

	if (data && !copy)
		return -ENOMEM;
	kfree(pdev->dev.platform_data);
	pdev->dev.platform_data = copy;
	return 0;
}
EXPORT_SYMBOL(platform_device_add_data);

int platform_device_add_resources(struct platform_device *pdev, const struct resource *resources,
				  unsigned int count)
{
	struct resource *copy = resources ? kmemdup(resources, array_size(count, sizeof(*copy)), GFP_KERNEL) : NULL;

	if (resources && !copy)
		return -ENOMEM;
	kfree(pdev->resource);
	pdev->resource = copy;
	pdev->num_resources = count;
	return 0;
}
EXPORT_SYMBOL(platform_device_add_resources);

struct platform_device *platform_device_register_simple(const char *name, int id, const struct resource *resources,
							unsigned int count)
{
	struct platform_device *pdev = platform_device_alloc(name, id);
	int error;

	if (!pdev)
		return ERR_PTR(-ENOMEM);
	error = platform_device_add_resources(pdev, resources, count) ?: platform_device_add(pdev);
	if (!error)
		return pdev;
	platform_device_put(pdev);
	return ERR_PTR(error);
}
EXPORT_SYMBOL(platform_device_register_simple);

struct resource *platform_get_resource(struct platform_device *pdev, unsigned int type, unsigned int index)
{
	unsigned int i;

	for (i = 0; i < pdev->num_resources; i++)
		if ((pdev->resource[i].flags & type) == type && !index--)
			return &pdev->resource[i];
	return NULL;
}
EXPORT_SYMBOL(platform_get_resource);

int platform_get_irq(struct platform_device *pdev, unsigned int index)
{
	const struct resource *resource = platform_get_resource(pdev, IORESOURCE_IRQ, index);

	return resource ? (int)resource->start : -ENXIO;
}
EXPORT_SYMBOL(platform_get_irq);
