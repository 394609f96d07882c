/* What ide.ko, of ide-bus.c and ide-drive.c, gives to the drivers of its drives' classes. */
#ifndef IDE_H
#define IDE_H

#include <linux/blkdev.h>
#include <linux/list.h>
#include <linux/mutex.h>

enum ide_media { IDE_DISK, IDE_CD, IDE_FLOPPY, IDE_TAPE, IDE_SCSI };

#define IDE_DRIVES 6	/* on three channels */

struct ide_driver;

struct ide_drive {
	char name[8];			/* "hda" */
	enum ide_media media;
	unsigned int unit;		/* which of its class, from 0 */
	struct gendisk *disk;		/* its node; without a capacity until a driver of a class that has blocks comes */
	struct ide_driver *driver;	/* NULL: none yet */
	void *data;			/* the driver's own */

	/* The drive itself: ide-drive.c. */
	struct mutex lock;		/* over what follows */
	u8 *medium;
	size_t size;			/* bytes; 0: no medium is in it */
	size_t position, end;		/* of a tape: where it stands, and what is written */
};

/* attach() gets each drive of that class that nobody drives yet, 0 if it takes it; detach() gives it back. */
struct ide_driver {
	struct module *owner;		/* kept while a drive's node is open */
	enum ide_media media;
	int (*attach)(struct ide_drive *drive);
	void (*detach)(struct ide_drive *drive);				/* may be NULL */
	int (*ioctl)(struct ide_drive *drive, unsigned int command, unsigned long argument);	/* may be NULL */
	struct list_head list;
};

void ide_register_driver(struct ide_driver *driver);
void ide_unregister_driver(struct ide_driver *driver);

/* For attach() of a class that has blocks: the drive's node can be read from now on. -ENOMEDIUM. */
int ide_use_blocks(struct ide_drive *drive);

/* That drive of a class; NULL. */
struct ide_drive *ide_find(enum ide_media media, unsigned int unit);

/* The commands of SPC-3, SBC-2, MMC-5 and SSC-2 that the drives know, each drive those of its class. */
#define TEST_UNIT_READY 0x00
#define REWIND 0x01
#define FORMAT_UNIT 0x04
#define READ_6 0x08
#define WRITE_6 0x0a
#define WRITE_FILEMARKS 0x10
#define SPACE 0x11
#define INQUIRY 0x12
#define READ_CAPACITY 0x25
#define READ_10 0x28
#define WRITE_10 0x2a
#define READ_TOC 0x43
#define MODE_SENSE_10 0x5a

/* Sense keys: SPC-3, 4.5.6. */
#define NO_SENSE 0x0
#define NOT_READY 0x2
#define ILLEGAL_REQUEST 0x5
#define BLANK_CHECK 0x8
#define VOLUME_OVERFLOW 0xd

struct ide_packet {
	u8 command[12];
	void *buffer;
	unsigned int size;	/* of the buffer; then how much of it was read or written */
	u8 key, code;		/* of an error: its sense key and additional sense code */
};

/* Has the drive carry it out: 0, or -EIO and the packet tells why. May sleep. */
int ide_do_packet(struct ide_drive *drive, struct ide_packet *packet);

/* Between the two files of ide.ko. A drive with an empty medium, or what the file `image` holds. */
int ide_drive_create(struct ide_drive *drive, const char *image);
void ide_drive_destroy(struct ide_drive *drive);

#endif
