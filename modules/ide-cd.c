// SPDX-License-Identifier: MIT
/* Drives of the class cd: sectors of 2048 bytes that can only be read, and a table of contents. */
#include <asm/unaligned.h>
#include <linux/cdrom.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "ide.h"

static int cd_attach(struct ide_drive *drive)
{
	set_disk_ro(drive->disk, true);
	ide_use_blocks(drive);	/* a drive is there without a disc as well */
	return 0;
}

/* The table in the drive's form, MMC-5, 6.26: what there is, first and last track, and 8 bytes for each. */
struct table {
	u8 bytes[4 + 100 * 8];
	int entries;
};

static int read_table(struct ide_drive *drive, struct table *table)
{
	struct ide_packet packet = {
		.command = { READ_TOC }, .buffer = table->bytes, .size = sizeof(table->bytes),
	};

	put_unaligned_be16(sizeof(table->bytes), packet.command + 7);
	if (ide_do_packet(drive, &packet) || packet.size < 4)
		return -EIO;
	table->entries = (packet.size - 4) / 8;
	return 0;
}

static int give_header(const struct table *table, void __user *to)
{
	const struct cdrom_tochdr header = { .cdth_trk0 = table->bytes[2], .cdth_trk1 = table->bytes[3] };

	return copy_to_user(to, &header, sizeof(header)) ? -EFAULT : 0;
}

/* Of the track that the caller's entry names. */
static int give_entry(const struct table *table, void __user *to)
{
	struct cdrom_tocentry entry;

	if (copy_from_user(&entry, to, sizeof(entry)))
		return -EFAULT;
	if (entry.cdte_format != CDROM_LBA)
		return -EINVAL;
	for (const u8 *at = table->bytes + 4; at < table->bytes + 4 + table->entries * 8; at += 8) {
		if (at[2] != entry.cdte_track)
			continue;
		entry.cdte_adr = at[1] >> 4;
		entry.cdte_ctrl = at[1] & 0x0f;
		entry.cdte_addr.lba = get_unaligned_be32(at + 4);
		return copy_to_user(to, &entry, sizeof(entry)) ? -EFAULT : 0;
	}
	return -EINVAL;
}

static int cd_ioctl(struct ide_drive *drive, unsigned int command, unsigned long argument)
{
	struct table table;
	int error;

	if (command != CDROMREADTOCHDR && command != CDROMREADTOCENTRY)
		return -ENOTTY;
	error = read_table(drive, &table);
	if (error)
		return error;
	return (command == CDROMREADTOCHDR ? give_header : give_entry)(&table, (void __user *)argument);
}

static struct ide_driver driver = {
	.owner = THIS_MODULE,
	.media = IDE_CD,
	.attach = cd_attach,
	.ioctl = cd_ioctl,
};

static int __init cd_init(void)
{
	ide_register_driver(&driver);
	return 0;
}

static void __exit cd_exit(void)
{
	ide_unregister_driver(&driver);
}

module_init(cd_init);
module_exit(cd_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Drives of the class cd");
