#ifndef _LINUX_PLATFORM_DEVICE_H
#define _LINUX_PLATFORM_DEVICE_H

#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/mod_devicetable.h>

#define PLATFORM_DEVID_NONE (-1)
#define PLATFORM_DEVID_AUTO (-2)

/*
 * Devices and drivers that find each other by their names: a device's is that in the driver's id_table,
 * or the driver's own. Devices stand in /sys/devices/platform. Source of all: drivers/base/platform.c.
 */
struct platform_device {
	const char *name;
	int id;			/* behind the name: PLATFORM_DEVID_NONE: none, _AUTO: a free one */
	struct device dev;
	u32 num_resources;
	struct resource *resource;
	const struct platform_device_id *id_entry;	/* by which it was found */
	struct list_head list;	/* the kernel's own, as what follows */
	struct platform_driver *bound;
};

struct platform_driver {
	int (*probe)(struct platform_device *pdev);	/* -errno: it does not serve that device */
	int (*remove)(struct platform_device *pdev);	/* before the device goes, or the driver */
	void (*remove_new)(struct platform_device *pdev);	/* the same, as of Linux 6.3 */
	void (*shutdown)(struct platform_device *pdev);
	struct device_driver driver;
	const struct platform_device_id *id_table;
	struct list_head list;	/* the kernel's own, as what follows */
	int busy;
};

#define to_platform_device(device) container_of((device), struct platform_device, dev)

/**
 * platform_driver_register - has probe called for each device of that name, now and later
 *
 * Context of all: may sleep. Returns 0, -EBUSY if there is one of that name, -EINVAL without a name.
 * platform_driver_unregister calls remove for each that it serves.
 */
int platform_driver_register(struct platform_driver *driver);
void platform_driver_unregister(struct platform_driver *driver);
#define module_platform_driver(driver) \
	module_driver(driver, platform_driver_register, platform_driver_unregister)

/**
 * platform_device_register - a device of the caller's, whose dev.release frees it
 *
 * Returns 0, -EEXIST for a name that there is, -ENOMEM. platform_device_unregister takes it back, after
 * its driver's remove.
 */
int platform_device_register(struct platform_device *pdev);
void platform_device_unregister(struct platform_device *pdev);
/** platform_device_alloc - one in memory of its own; then _add, and after an error of that _put. */
struct platform_device *platform_device_alloc(const char *name, int id);
int platform_device_add(struct platform_device *pdev);
void platform_device_del(struct platform_device *pdev);
void platform_device_put(struct platform_device *pdev);
/** platform_device_add_data, _add_resources - copies of these, freed with it. 0, -ENOMEM. */
int platform_device_add_data(struct platform_device *pdev, const void *data, size_t size);
int platform_device_add_resources(struct platform_device *pdev, const struct resource *resources,
				  unsigned int count);
/** platform_device_register_simple - alloc, add_resources and add. ERR_PTR(). */
struct platform_device *platform_device_register_simple(const char *name, int id, const struct resource *resources,
							unsigned int count);

/** platform_get_resource - its `index`-th of that type, or NULL. Context: any. */
struct resource *platform_get_resource(struct platform_device *pdev, unsigned int type, unsigned int index);
/** platform_get_irq - the number of its `index`-th interrupt; -ENXIO. Context: any. */
int platform_get_irq(struct platform_device *pdev, unsigned int index);

static inline void *platform_get_drvdata(const struct platform_device *pdev)
{
	return dev_get_drvdata(&pdev->dev);
}

static inline void platform_set_drvdata(struct platform_device *pdev, void *data)
{
	dev_set_drvdata(&pdev->dev, data);
}

#endif
