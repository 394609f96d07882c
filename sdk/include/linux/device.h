#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/compiler.h>
#include <linux/device/class.h>
#include <linux/device/driver.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kdev_t.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sysfs.h>
#include <linux/types.h>

/*
 * A device: a folder in /sys/devices, a link to it in its class's, and, where it has numbers, its node
 * in /dev. Source of all: drivers/base/core.c, drivers/base/devtmpfs.c.
 */
struct device {
	struct kobject kobj;
	struct device *parent;
	const char *init_name;
	struct class *class;
	struct device_driver *driver;
	void *platform_data;
	void *driver_data;
	dev_t devt;			/* 0: no node */
	u32 id;
	const struct attribute_group **groups;
	void (*release)(struct device *dev);	/* at the last reference: frees it */
	struct entry *node;		/* in /dev */
	bool part;			/* of something else that the module is known to have */
	struct device_node *of_node;	/* NULL */
	u64 *dma_mask;
	u64 coherent_dma_mask;
	struct list_head devres;	/* what devm_ functions gave, the last one first */
};

struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *page);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *text, size_t size);
};

#define DEVICE_ATTR(_name, _mode, _show, _store) \
	struct device_attribute dev_attr_##_name = __ATTR(_name, _mode, _show, _store)
#define DEVICE_ATTR_RO(_name) struct device_attribute dev_attr_##_name = __ATTR_RO(_name)
#define DEVICE_ATTR_RW(_name) struct device_attribute dev_attr_##_name = __ATTR_RW(_name)
#define DEVICE_ATTR_WO(_name) struct device_attribute dev_attr_##_name = __ATTR_WO(_name)

/**
 * device_create - a device of a class, in memory of its own
 *
 * `drvdata` is its dev_get_drvdata(); the node is /dev/<name>. Context: may sleep. ERR_PTR(-ENOMEM),
 * ERR_PTR(-EEXIST) for a name that the class has.
 */
__printf(5, 6) struct device *device_create(struct class *class, struct device *parent, dev_t devt,
					    void *drvdata, const char *format, ...);
__printf(6, 7) struct device *device_create_with_groups(struct class *class, struct device *parent,
							dev_t devt, void *drvdata,
							const struct attribute_group **groups,
							const char *format, ...);
/** device_destroy - the one with these numbers, if the class has one. May sleep. */
void device_destroy(struct class *class, dev_t devt);

/**
 * device_register - a device of the caller's, whose release() frees it
 *
 * It has a name (dev_set_name, or init_name). device_initialize and device_add are its halves. After
 * an error put_device(). device_unregister: device_del and put_device. May sleep. -EINVAL, -EEXIST,
 * -ENOMEM.
 */
int __must_check device_register(struct device *dev);
void device_unregister(struct device *dev);
void device_initialize(struct device *dev);
int __must_check device_add(struct device *dev);
void device_del(struct device *dev);
struct device *get_device(struct device *dev);
void put_device(struct device *dev);
__printf(2, 3) int dev_set_name(struct device *dev, const char *format, ...);

int __must_check device_create_file(struct device *dev, const struct device_attribute *attr);
void device_remove_file(struct device *dev, const struct device_attribute *attr);

static inline const char *dev_name(const struct device *dev)
{
	return dev->init_name ?: kobject_name(&dev->kobj);
}

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

static inline void *dev_get_platdata(const struct device *dev)
{
	return dev->platform_data;
}

/**
 * devm_kmalloc and its kin - memory that is freed when the device's driver is unbound, or the device
 * goes
 *
 * Context: by gfp. NULL if there is none. devm_kfree frees it earlier. Source: drivers/base/devres.c.
 */
void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp) __malloc;
void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp) __malloc;
void *devm_kcalloc(struct device *dev, size_t n, size_t size, gfp_t gfp) __malloc;
char *devm_kstrdup(struct device *dev, const char *text, gfp_t gfp);
void devm_kfree(struct device *dev, const void *block);

/**
 * devm_add_action - has action(data) called then; _or_reset: at once if that is impossible
 *
 * Context: may sleep. Returns 0, -ENOMEM. Source: drivers/base/devres.c.
 */
int devm_add_action(struct device *dev, void (*action)(void *data), void *data);
int devm_add_action_or_reset(struct device *dev, void (*action)(void *data), void *data);

/** dev_err_probe - logs why a probe fails, and gives `error` back. Source: drivers/base/core.c. */
__printf(3, 4) int dev_err_probe(const struct device *dev, int error, const char *format, ...);

/* printk with the device's name before it. Context: any. */
#define dev_printk(level, dev, fmt, ...) printk(level "%s: " fmt, dev_name(dev), ##__VA_ARGS__)
#define dev_emerg(dev, fmt, ...) dev_printk(KERN_EMERG, dev, fmt, ##__VA_ARGS__)
#define dev_alert(dev, fmt, ...) dev_printk(KERN_ALERT, dev, fmt, ##__VA_ARGS__)
#define dev_crit(dev, fmt, ...) dev_printk(KERN_CRIT, dev, fmt, ##__VA_ARGS__)
#define dev_err(dev, fmt, ...) dev_printk(KERN_ERR, dev, fmt, ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...) dev_printk(KERN_WARNING, dev, fmt, ##__VA_ARGS__)
#define dev_notice(dev, fmt, ...) dev_printk(KERN_NOTICE, dev, fmt, ##__VA_ARGS__)
#define dev_info(dev, fmt, ...) dev_printk(KERN_INFO, dev, fmt, ##__VA_ARGS__)
#define dev_dbg(dev, fmt, ...) do { if (0) dev_printk(KERN_DEBUG, dev, fmt, ##__VA_ARGS__); } while (0)

#endif
