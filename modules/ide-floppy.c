// SPDX-License-Identifier: MIT
/* Drives of the class floppy: blocks, a geometry, and disks that can be formatted. */
#include <asm/unaligned.h>
#include <linux/hdreg.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "ide.h"

#define IDEFLOPPY_IOCTL_FORMAT_START 0x4602	/* of Linux 2.2 to 6.3; here without its arguments: the disk's own format */

/* By the drive's page for flexible disks, SBC-2, appendix. */
static int give_geometry(struct ide_drive *drive, void __user *to)
{
	u8 answer[40], *page = answer + 8;
	struct ide_packet packet = {
		.command = { MODE_SENSE_10, 0, 0x05, [8] = sizeof(answer) }, .buffer = answer, .size = sizeof(answer),
	};
	struct hd_geometry geometry = {};

	if (ide_do_packet(drive, &packet) || packet.size < sizeof(answer))
		return -EIO;
	geometry.heads = page[4];
	geometry.sectors = page[5];
	geometry.cylinders = get_unaligned_be16(page + 8);
	return copy_to_user(to, &geometry, sizeof(geometry)) ? -EFAULT : 0;
}

static int format(struct ide_drive *drive)
{
	struct ide_packet packet = { .command = { FORMAT_UNIT } };

	return ide_do_packet(drive, &packet);
}

static int floppy_ioctl(struct ide_drive *drive, unsigned int command, unsigned long argument)
{
	switch (command) {
	case HDIO_GETGEO:
		return give_geometry(drive, (void __user *)argument);
	case IDEFLOPPY_IOCTL_FORMAT_START:
		return format(drive);
	}
	return -ENOTTY;
}

static struct ide_driver driver = {
	.owner = THIS_MODULE,
	.media = IDE_FLOPPY,
	.attach = ide_use_blocks,
	.ioctl = floppy_ioctl,
};

static int __init floppy_init(void)
{
	ide_register_driver(&driver);
	return 0;
}

static void __exit floppy_exit(void)
{
	ide_unregister_driver(&driver);
}

module_init(floppy_init);
module_exit(floppy_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Drives of the class floppy");
