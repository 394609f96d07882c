#ifndef _LINUX_DEVICE_DRIVER_H
#define _LINUX_DEVICE_DRIVER_H

#include <linux/init.h>
#include <linux/types.h>

struct device;
struct module;

/* Power management's calls; there is no sleep here, so that they are not made. */
struct dev_pm_ops {
	int (*prepare)(struct device *dev);
	void (*complete)(struct device *dev);
	int (*suspend)(struct device *dev);
	int (*resume)(struct device *dev);
	int (*freeze)(struct device *dev);
	int (*thaw)(struct device *dev);
	int (*poweroff)(struct device *dev);
	int (*restore)(struct device *dev);
	int (*runtime_suspend)(struct device *dev);
	int (*runtime_resume)(struct device *dev);
	int (*runtime_idle)(struct device *dev);
};

/* What serves devices of a bus. */
struct device_driver {
	const char *name;
	struct module *owner;
	const struct dev_pm_ops *pm;
	const struct of_device_id *of_match_table;	/* there is no device tree */
	const struct attribute_group **groups;
};

/** module_driver - a module that does nothing but register something, and take it back. */
#define module_driver(what, register_it, unregister_it, ...)		\
static int __init what##_init(void)					\
{									\
	return register_it(&(what), ##__VA_ARGS__);			\
}									\
module_init(what##_init);						\
static void __exit what##_exit(void)					\
{									\
	unregister_it(&(what), ##__VA_ARGS__);				\
}									\
module_exit(what##_exit)

#endif
