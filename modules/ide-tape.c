// SPDX-License-Identifier: MIT
/*
 * Drives of the class tape: /dev/ht0, which rewinds the tape when it is closed, and /dev/nht0. A write is a record, a read gives the
 * next one, and nothing at a filemark; what was written ends in one. mt(1) and tar(1) use them as they are.
 */
#include <asm/unaligned.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mtio.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "ide.h"

#define TAPE_MAJOR 37
#define NO_REWIND 128		/* in the minor */
#define LARGEST (256 << 10)	/* of a record */

struct tape {
	struct ide_drive *drive;
	bool rewinds;
	bool written;	/* since it was opened, or a filemark */
};

static struct class *class;

static int errno_of(const struct ide_packet *packet)
{
	switch (packet->key) {
	case NOT_READY:
		return -ENOMEDIUM;
	case VOLUME_OVERFLOW:
		return -ENOSPC;
	}
	return -EIO;
}

/* A command whose bytes 2 to 4 are a number. */
static int move(struct ide_drive *drive, u8 command, u8 what, u32 number)
{
	struct ide_packet packet = { .command = { command, what } };

	put_unaligned_be24(number, packet.command + 2);
	return ide_do_packet(drive, &packet) ? errno_of(&packet) : 0;
}

static int end_file(struct tape *tape)
{
	int error = tape->written ? move(tape->drive, WRITE_FILEMARKS, 0, 1) : 0;

	tape->written = false;
	return error;
}

static ssize_t transfer(struct tape *tape, u8 command, void *memory, size_t size)
{
	struct ide_packet packet = { .command = { command }, .buffer = memory, .size = size };

	put_unaligned_be24(size, packet.command + 2);
	if (!ide_do_packet(tape->drive, &packet))
		return packet.size;
	if (command == READ_6 && packet.key == NO_SENSE)
		return 0;	/* a filemark */
	return errno_of(&packet);
}

static ssize_t tape_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	void *memory = kvmalloc(min_t(size_t, size, LARGEST), GFP_KERNEL);
	ssize_t result;

	if (!memory)
		return -ENOMEM;
	result = transfer(file->private_data, READ_6, memory, min_t(size_t, size, LARGEST));
	if (result > 0 && copy_to_user(to, memory, result))
		result = -EFAULT;
	kvfree(memory);
	return result;
}

static ssize_t tape_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct tape *tape = file->private_data;
	ssize_t result = -EFAULT;
	void *memory;

	if (!size)
		return 0;
	if (size > LARGEST)
		return -EINVAL;
	memory = kvmalloc(size, GFP_KERNEL);
	if (!memory)
		return -ENOMEM;
	if (!copy_from_user(memory, from, size))
		result = transfer(tape, WRITE_6, memory, size);
	kvfree(memory);
	tape->written |= result > 0;
	return result;
}

static int operate(struct tape *tape, const struct mtop *operation)
{
	int error;

	if (operation->mt_count < 0)
		return -EINVAL;
	if (operation->mt_op == MTWEOF) {
		tape->written = false;
		return move(tape->drive, WRITE_FILEMARKS, 0, operation->mt_count);
	}
	error = end_file(tape);
	if (error)
		return error;
	switch (operation->mt_op) {
	case MTNOP:
		return 0;
	case MTREW:
		return move(tape->drive, REWIND, 0, 0);
	case MTFSF:
		return move(tape->drive, SPACE, 1, operation->mt_count);
	case MTEOM:
		return move(tape->drive, SPACE, 3, 0);
	}
	return -EINVAL;
}

static long tape_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct mtop operation;

	if (command != MTIOCTOP)
		return -ENOTTY;
	if (copy_from_user(&operation, (void __user *)argument, sizeof(operation)))
		return -EFAULT;
	return operate(file->private_data, &operation);
}

static int tape_open(struct inode *inode, struct file *file)
{
	struct ide_drive *drive = ide_find(IDE_TAPE, iminor(inode) & ~NO_REWIND);
	struct tape *tape;

	if (!drive)
		return -ENXIO;
	tape = kzalloc(sizeof(*tape), GFP_KERNEL);
	if (!tape)
		return -ENOMEM;
	tape->drive = drive;
	tape->rewinds = !(iminor(inode) & NO_REWIND);
	file->private_data = tape;
	return stream_open(inode, file);
}

static int tape_release(struct inode *inode, struct file *file)
{
	struct tape *tape = file->private_data;

	end_file(tape);
	if (tape->rewinds)
		move(tape->drive, REWIND, 0, 0);
	kfree(tape);
	return 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = tape_open,
	.release = tape_release,
	.read = tape_read,
	.write = tape_write,
	.unlocked_ioctl = tape_ioctl,
};

static void tape_detach(struct ide_drive *drive)
{
	device_destroy(class, MKDEV(TAPE_MAJOR, drive->unit));
	device_destroy(class, MKDEV(TAPE_MAJOR, drive->unit | NO_REWIND));
}

static int tape_attach(struct ide_drive *drive)
{
	struct device *node = device_create(class, NULL, MKDEV(TAPE_MAJOR, drive->unit), NULL, "ht%u", drive->unit);

	if (!IS_ERR(node))
		node = device_create(class, NULL, MKDEV(TAPE_MAJOR, drive->unit | NO_REWIND), NULL, "nht%u", drive->unit);
	if (IS_ERR(node))
		tape_detach(drive);
	return PTR_ERR_OR_ZERO(node);
}

static struct ide_driver driver = {
	.owner = THIS_MODULE,
	.media = IDE_TAPE,
	.attach = tape_attach,
	.detach = tape_detach,
};

static int __init tape_init(void)
{
	int error = register_chrdev(TAPE_MAJOR, "ht", &operations);

	if (error)
		return error;
	class = class_create(THIS_MODULE, "ide_tape");
	if (IS_ERR(class)) {
		unregister_chrdev(TAPE_MAJOR, "ht");
		return PTR_ERR(class);
	}
	ide_register_driver(&driver);
	return 0;
}

static void __exit tape_exit(void)
{
	ide_unregister_driver(&driver);
	class_destroy(class);
	unregister_chrdev(TAPE_MAJOR, "ht");
}

module_init(tape_init);
module_exit(tape_exit);

MODULE_ALIAS_CHARDEV(37, 0);
MODULE_ALIAS("devname:ht0");
MODULE_ALIAS_CHARDEV_MAJOR(37);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Drives of the class tape");
