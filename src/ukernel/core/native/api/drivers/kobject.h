/* What class.c needs of kobject.c and sysfs.c. */
#pragma once

#include <linux/kobject.h>

struct entry;

/* kobject_add() in a folder of the tree that has no kobject; it is not an own thing of the module. */
int kapi_kobject_add_in(struct kobject *kobj, struct entry *folder);
/* A link in a folder to another entry. */
int kapi_link(struct entry *folder, struct entry *target, const char *name);
