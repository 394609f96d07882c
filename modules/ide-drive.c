// SPDX-License-Identifier: MIT
/* The drives of ide.ko, in memory: what each answers to the commands of its class. Disks speak packets here, too. */
#include <asm/unaligned.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kernel_read_file.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "ide.h"

#define CD_SECTOR 2048
#define LARGEST (64 << 20)	/* of an image */

/* A floppy disk of 1440 KiB. */
#define HEADS 2
#define TRACK 18	/* sectors */
#define CYLINDERS 80

static int failed(struct ide_packet *packet, u8 key, u8 code)
{
	packet->size = 0;
	packet->key = key;
	packet->code = code;
	return -EIO;
}

static int give(struct ide_packet *packet, const void *answer, unsigned int size)
{
	packet->size = min(packet->size, size);
	memcpy(packet->buffer, answer, packet->size);
	return 0;
}

static unsigned int sector_size(const struct ide_drive *drive)
{
	return drive->media == IDE_CD ? CD_SECTOR : SECTOR_SIZE;
}

static int test_unit_ready(struct ide_drive *drive, struct ide_packet *packet)
{
	packet->size = 0;
	return 0;
}

static int inquiry(struct ide_drive *drive, struct ide_packet *packet)
{
	static const struct {
		u8 type, removable;
		char product[17];
	} kinds[] = {
		[IDE_DISK] = { 0x00, 0x00, "ATA DISK        " }, [IDE_CD] = { 0x05, 0x80, "ATAPI CD-ROM    " },
		[IDE_FLOPPY] = { 0x00, 0x80, "ATAPI FLOPPY    " }, [IDE_TAPE] = { 0x01, 0x80, "ATAPI TAPE      " },
		[IDE_SCSI] = { 0x00, 0x00, "ATAPI DEVICE    " },
	};
	u8 answer[36] = { kinds[drive->media].type, kinds[drive->media].removable, 0, 2, sizeof(answer) - 5 };

	memcpy(answer + 8, "KMODERN ", 8);
	memcpy(answer + 16, kinds[drive->media].product, 16);
	memcpy(answer + 32, "1.0 ", 4);
	return give(packet, answer, sizeof(answer));
}

static int read_capacity(struct ide_drive *drive, struct ide_packet *packet)
{
	u8 answer[8];

	put_unaligned_be32(drive->size / sector_size(drive) - 1, answer);	/* the last sector */
	put_unaligned_be32(sector_size(drive), answer + 4);
	return give(packet, answer, sizeof(answer));
}

static int read_or_write(struct ide_drive *drive, struct ide_packet *packet)
{
	u64 position = (u64)get_unaligned_be32(packet->command + 2) * sector_size(drive);
	u64 bytes = (u64)get_unaligned_be16(packet->command + 7) * sector_size(drive);

	if (position + bytes > drive->size)
		return failed(packet, ILLEGAL_REQUEST, 0x21);	/* logical block address out of range */
	packet->size = min_t(u64, packet->size, bytes);
	if (packet->command[0] == WRITE_10)
		memcpy(drive->medium + position, packet->buffer, packet->size);
	else
		memcpy(packet->buffer, drive->medium + position, packet->size);
	return 0;
}

/* One track of data, and what is behind it. */
static int read_toc(struct ide_drive *drive, struct ide_packet *packet)
{
	u8 answer[20] = { 0, sizeof(answer) - 2, 1, 1, [5] = 0x14, 1, [13] = 0x14, 0xaa };

	put_unaligned_be32(drive->size / CD_SECTOR, answer + 16);
	return give(packet, answer, sizeof(answer));
}

static int mode_sense(struct ide_drive *drive, struct ide_packet *packet)
{
	u8 answer[8 + 32] = { 0, sizeof(answer) - 2, [8] = 0x05, 30, [12] = HEADS, TRACK };

	if ((packet->command[2] & 0x3f) != 0x05)	/* the page of flexible disks */
		return failed(packet, ILLEGAL_REQUEST, 0x24);	/* invalid field in CDB */
	put_unaligned_be16(SECTOR_SIZE, answer + 14);
	put_unaligned_be16(drive->size / (HEADS * TRACK * SECTOR_SIZE), answer + 16);
	return give(packet, answer, sizeof(answer));
}

static int format_unit(struct ide_drive *drive, struct ide_packet *packet)
{
	packet->size = 0;
	memset(drive->medium, 0xf6, drive->size);	/* as controllers of floppy disks have always filled sectors */
	return 0;
}

/* A tape holds records, each behind its length; a filemark is a record of no length. */
static int rewind_tape(struct ide_drive *drive, struct ide_packet *packet)
{
	packet->size = 0;
	drive->position = 0;
	return 0;
}

static u32 length_here(const struct ide_drive *drive)
{
	u32 length;

	memcpy(&length, drive->medium + drive->position, sizeof(length));
	return length;
}

/* A record that is longer than what it is read to loses its end. */
static int read_record(struct ide_drive *drive, struct ide_packet *packet)
{
	u32 length;

	if (drive->position == drive->end)
		return failed(packet, BLANK_CHECK, 0x00);
	length = length_here(drive);
	drive->position += sizeof(length);
	if (!length)
		return failed(packet, NO_SENSE, 0x00);
	give(packet, drive->medium + drive->position, length);
	drive->position += length;
	return 0;
}

/* What was behind it is lost. */
static int write_record(struct ide_drive *drive, struct ide_packet *packet)
{
	u32 length = packet->command[0] == WRITE_6 ? packet->size : 0;

	if (sizeof(length) + length > drive->size - drive->position)
		return failed(packet, VOLUME_OVERFLOW, 0x00);
	memcpy(drive->medium + drive->position, &length, sizeof(length));
	drive->position += sizeof(length);
	if (length)
		memcpy(drive->medium + drive->position, packet->buffer, length);
	drive->position += length;
	drive->end = drive->position;
	return 0;
}

static int write_filemarks(struct ide_drive *drive, struct ide_packet *packet)
{
	int error = 0;

	for (u32 left = get_unaligned_be24(packet->command + 2); left && !error; left--)
		error = write_record(drive, packet);
	return error;
}

/* Forward over filemarks, or to the end of what is written. */
static int space(struct ide_drive *drive, struct ide_packet *packet)
{
	u32 left = get_unaligned_be24(packet->command + 2);
	u8 what = packet->command[1] & 0x07;

	packet->size = 0;
	if (what == 3)
		drive->position = drive->end;
	else if (what != 1 || left & 0x800000)
		return failed(packet, ILLEGAL_REQUEST, 0x24);
	while (what == 1 && left) {
		if (drive->position == drive->end)
			return failed(packet, BLANK_CHECK, 0x00);
		left -= !length_here(drive);
		drive->position += sizeof(u32) + length_here(drive);
	}
	return 0;
}

#define WITH_BLOCKS (BIT(IDE_DISK) | BIT(IDE_CD) | BIT(IDE_FLOPPY) | BIT(IDE_SCSI))
#define ALL (WITH_BLOCKS | BIT(IDE_TAPE))

static const struct {
	u8 command;
	bool needs_medium;
	unsigned int classes;
	int (*run)(struct ide_drive *drive, struct ide_packet *packet);
} commands[] = {
	{ TEST_UNIT_READY, true, ALL, test_unit_ready },
	{ INQUIRY, false, ALL, inquiry },
	{ READ_CAPACITY, true, WITH_BLOCKS, read_capacity },
	{ READ_10, true, WITH_BLOCKS, read_or_write },
	{ WRITE_10, true, WITH_BLOCKS & ~BIT(IDE_CD), read_or_write },
	{ READ_TOC, true, BIT(IDE_CD), read_toc },
	{ MODE_SENSE_10, true, BIT(IDE_FLOPPY), mode_sense },
	{ FORMAT_UNIT, true, BIT(IDE_FLOPPY), format_unit },
	{ REWIND, true, BIT(IDE_TAPE), rewind_tape },
	{ READ_6, true, BIT(IDE_TAPE), read_record },
	{ WRITE_6, true, BIT(IDE_TAPE), write_record },
	{ WRITE_FILEMARKS, true, BIT(IDE_TAPE), write_filemarks },
	{ SPACE, true, BIT(IDE_TAPE), space },
};

int ide_do_packet(struct ide_drive *drive, struct ide_packet *packet)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		int error;

		if (commands[i].command != packet->command[0] || !(commands[i].classes & BIT(drive->media)))
			continue;
		mutex_lock(&drive->lock);
		if (commands[i].needs_medium && !drive->size)
			error = failed(packet, NOT_READY, 0x3a);	/* medium not present */
		else
			error = commands[i].run(drive, packet);
		mutex_unlock(&drive->lock);
		return error;
	}
	return failed(packet, ILLEGAL_REQUEST, 0x20);	/* invalid command operation code */
}
EXPORT_SYMBOL(ide_do_packet);

static int insert_image(struct ide_drive *drive, const char *image)
{
	void *medium = NULL;
	ssize_t size = kernel_read_file_from_path(image, 0, &medium, LARGEST, NULL, READING_UNKNOWN);

	if (size < 0)
		return size;
	drive->medium = medium;
	drive->size = size - size % sector_size(drive);
	return 0;
}

int ide_drive_create(struct ide_drive *drive, const char *image)
{
	mutex_init(&drive->lock);
	if (image)
		return drive->media == IDE_TAPE ? -EINVAL : insert_image(drive, image);
	if (drive->media == IDE_CD)
		return 0;	/* nothing is in it */
	drive->size = drive->media == IDE_FLOPPY ? HEADS * CYLINDERS * TRACK * SECTOR_SIZE : 1 << 20;
	drive->medium = vzalloc(drive->size);
	return drive->medium ? 0 : -ENOMEM;
}

void ide_drive_destroy(struct ide_drive *drive)
{
	vfree(drive->medium);
}
