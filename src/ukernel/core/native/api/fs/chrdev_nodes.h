/* Nodes of character devices that no device_create() made: textbook modules leave that to mknod(1). Each
 * region of numbers with a device behind it has nodes of its name. */
#pragma once

#include <linux/types.h>

/* The numbers of "/dev/NAME", "/dev/NAMEn" or "/dev/char/MAJOR:MINOR". 0; -ENOENT; -ENXIO (the name is
 * registered, no device stands behind it). */
int device_number(const char *path, dev_t *device);
/* The names of such nodes in /dev, but for numbers that have an entry there. */
void device_each(void (*visit)(void *to, const char *name), void *to);
