/* What ide.c gives to the drivers of its drives' classes. */
#ifndef IDE_H
#define IDE_H

#include <linux/list.h>

#define IDE_MAJOR 3	/* of hda and hdb; a drive has 64 minors */
#define IDE_MINORS 64

struct ide_driver;

struct ide_drive {
	char name[8];			/* "hda" */
	char media[8];			/* "disk" */
	int number;
	struct ide_driver *driver;	/* NULL: none yet */
	void *data;			/* the driver's own */
};

/* attach() gets each drive of that class, 0 if it takes it; detach() gives it back. */
struct ide_driver {
	const char *media;
	int (*attach)(struct ide_drive *drive);
	void (*detach)(struct ide_drive *drive);
	struct list_head list;
};

void ide_register_driver(struct ide_driver *driver);
void ide_unregister_driver(struct ide_driver *driver);

#endif
