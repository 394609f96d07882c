// SPDX-License-Identifier: MIT
/* An attribute below /sys/kernel, and its value once more in debugfs. */
#include <linux/debugfs.h>
#include <linux/kobject.h>
#include <linux/module.h>

static u32 level = 3;
static struct kobject *folder;
static struct dentry *debug;

static ssize_t level_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	return sysfs_emit(page, "%u\n", level);
}

static ssize_t level_store(struct kobject *kobj, struct kobj_attribute *attr, const char *text, size_t size)
{
	unsigned int wanted;
	int error = kstrtouint(text, 0, &wanted);

	if (error)
		return error;
	if (wanted > 9)
		return -ERANGE;
	level = wanted;
	return size;
}

static struct kobj_attribute level_attribute = __ATTR_RW(level);

static int __init attribute_init(void)
{
	int error;

	folder = kobject_create_and_add("attribute", kernel_kobj);
	if (!folder)
		return -ENOMEM;
	error = sysfs_create_file(folder, &level_attribute.attr);
	if (error) {
		kobject_put(folder);
		return error;
	}
	debug = debugfs_create_dir("attribute", NULL);
	debugfs_create_x32("level", 0600, debug, &level);
	return 0;
}

static void __exit attribute_exit(void)
{
	debugfs_remove(debug);
	kobject_put(folder);
}

module_init(attribute_init);
module_exit(attribute_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("An attribute in sysfs");
