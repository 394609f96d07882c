#ifndef _LINUX_OF_H
#define _LINUX_OF_H

#include <linux/errno.h>
#include <linux/mod_devicetable.h>
#include <linux/types.h>

/*
 * A node of a device tree. As on a machine without one there are none: of_node of every device is NULL,
 * and drivers that go by of_match_table alone are never probed. Source: include/linux/of.h.
 */
struct device_node {
	const char *name;
	const char *full_name;
};

/** of_property_read_... - a property of a node: here -ENOSYS, as without CONFIG_OF. Context: any. */
static inline int of_property_read_string(const struct device_node *node, const char *name, const char **to)
{
	return -ENOSYS;
}

static inline int of_property_read_u32(const struct device_node *node, const char *name, u32 *to)
{
	return -ENOSYS;
}

static inline bool of_property_read_bool(const struct device_node *node, const char *name)
{
	return false;
}

#define of_match_ptr(table) NULL

#endif
