/* Network interfaces for who uses them: netdevs.c. */
#pragma once

#include <linux/netdevice.h>

/* The interface of that name or number, which does not go until it is put; NULL. */
struct net_device *netdev_get(const char *name);
struct net_device *netdev_get_index(int index);
void netdev_put(struct net_device *device);

/* The same by name, asked for if it is not there. */
struct net_device *netdev_load(const char *name);

/* dev_open(), dev_close(). 0, -EBUSY (another change is on its way), the module's own. */
int netdev_up(struct net_device *device);
int netdev_down(struct net_device *device);

/* What an interface has received; memory of the kernel's own, since the module may go before it is read. */
struct frame {
	struct list_head list;
	size_t size;
	char bytes[];
};

/* Sees what an interface receives, from tap_add() to tap_remove(). */
struct tap {
	struct list_head list;
	int index;
	struct list_head frames;
	unsigned int count;
	int changes;			/* of the frames, and of `gone`; to wait on */
	bool gone;			/* the interface */
};
void tap_add(struct tap *tap, int index);
void tap_remove(struct tap *tap);
/* The next frame; with `wait`, when there is one. NULL and an error: -EAGAIN, -ENETDOWN (the interface is gone),
 * -ERESTARTSYS. Free it by platform_free(). */
struct frame *tap_take(struct tap *tap, bool wait, int *error);
