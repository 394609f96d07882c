// SPDX-License-Identifier: MIT
/*
 * Drives of the class scsi: no driver knows what they are, programs speak to them in their own commands, by /dev/sg0. In Linux
 * ide-scsi was a SCSI adapter, and sg the driver on top of it; here it is one module, with sg's first interface:
 * a write is a header, the command and what is to be written, the next read gives the header and what was read.
 */
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "ide.h"

#define SG_MAJOR 21
#define LARGEST (64 << 10)	/* of one transfer */

/* include/scsi/sg.h */
struct sg_header {
	int pack_len;
	int reply_len;	/* how much the read will be: this header, and what was read */
	int pack_id;	/* the program's own */
	int result;
	u32 flags;
	u8 sense_buffer[16];
};

struct exchange {
	struct ide_drive *drive;
	struct mutex lock;	/* over what follows */
	char *reply;		/* NULL: nothing was written yet */
	size_t size;
};

static struct class *class;

/* Groups of commands have their lengths: SPC-3, 4.3.1. */
static unsigned int command_length(u8 opcode)
{
	static const u8 lengths[8] = { 6, 10, 10, 12, 12, 12, 10, 10 };

	return lengths[opcode >> 5];
}

static void carry_out(struct ide_drive *drive, struct ide_packet *packet, struct sg_header *header)
{
	if (!ide_do_packet(drive, packet))
		return;
	header->result = EIO;
	header->sense_buffer[0] = 0x70;		/* of this command, in fixed format: SPC-3, 4.5.3 */
	header->sense_buffer[2] = packet->key;
	header->sense_buffer[7] = 5;
	header->sense_buffer[12] = packet->code;
}

/* `text`: what was written, and behind it room for a reply. */
static int run(struct exchange *exchange, char *text, size_t size)
{
	struct sg_header *header = (struct sg_header *)text;
	struct ide_packet packet = {};
	unsigned int length;

	if (size <= sizeof(*header) || header->reply_len < (int)sizeof(*header) || header->reply_len > LARGEST)
		return -EINVAL;
	length = command_length(text[sizeof(*header)]);
	if (size < sizeof(*header) + length)
		return -EINVAL;
	memcpy(packet.command, text + sizeof(*header), length);
	packet.buffer = header + 1;
	packet.size = header->reply_len - sizeof(*header);
	if (size > sizeof(*header) + length) {	/* data goes there, none comes */
		packet.buffer = text + sizeof(*header) + length;
		packet.size = size - sizeof(*header) - length;
	}
	header->result = 0;
	memset(header->sense_buffer, 0, sizeof(header->sense_buffer));
	carry_out(exchange->drive, &packet, header);
	header->pack_len = header->reply_len;
	exchange->size = sizeof(*header) + (packet.buffer == header + 1 ? packet.size : 0);
	return 0;
}

static ssize_t scsi_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct exchange *exchange = file->private_data;
	char *text;
	int error;

	if (size > LARGEST)
		return -EINVAL;
	text = kzalloc(LARGEST, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	mutex_lock(&exchange->lock);
	error = copy_from_user(text, from, size) ? -EFAULT : exchange->reply ? -EBUSY : run(exchange, text, size);
	if (!error)
		exchange->reply = text;
	mutex_unlock(&exchange->lock);
	if (error)
		kfree(text);
	return error ?: (ssize_t)size;
}

static ssize_t scsi_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct exchange *exchange = file->private_data;
	ssize_t result = 0;

	mutex_lock(&exchange->lock);
	if (exchange->reply) {
		result = min(size, exchange->size);
		if (copy_to_user(to, exchange->reply, result))
			result = -EFAULT;
		kfree(exchange->reply);
		exchange->reply = NULL;
	}
	mutex_unlock(&exchange->lock);
	return result;
}

static int scsi_open(struct inode *inode, struct file *file)
{
	struct ide_drive *drive = ide_find(IDE_SCSI, iminor(inode));
	struct exchange *exchange;

	if (!drive)
		return -ENXIO;
	exchange = kzalloc(sizeof(*exchange), GFP_KERNEL);
	if (!exchange)
		return -ENOMEM;
	mutex_init(&exchange->lock);
	exchange->drive = drive;
	file->private_data = exchange;
	return stream_open(inode, file);
}

static int scsi_release(struct inode *inode, struct file *file)
{
	struct exchange *exchange = file->private_data;

	kfree(exchange->reply);
	kfree(exchange);
	return 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = scsi_open,
	.release = scsi_release,
	.read = scsi_read,
	.write = scsi_write,
};

static int scsi_attach(struct ide_drive *drive)
{
	return PTR_ERR_OR_ZERO(device_create(class, NULL, MKDEV(SG_MAJOR, drive->unit), NULL, "sg%u", drive->unit));
}

static void scsi_detach(struct ide_drive *drive)
{
	device_destroy(class, MKDEV(SG_MAJOR, drive->unit));
}

static struct ide_driver driver = {
	.owner = THIS_MODULE,
	.media = IDE_SCSI,
	.attach = scsi_attach,
	.detach = scsi_detach,
};

static int __init scsi_init(void)
{
	int error = register_chrdev(SG_MAJOR, "sg", &operations);

	if (error)
		return error;
	class = class_create(THIS_MODULE, "scsi_generic");
	if (IS_ERR(class)) {
		unregister_chrdev(SG_MAJOR, "sg");
		return PTR_ERR(class);
	}
	ide_register_driver(&driver);
	return 0;
}

static void __exit scsi_exit(void)
{
	ide_unregister_driver(&driver);
	class_destroy(class);
	unregister_chrdev(SG_MAJOR, "sg");
}

module_init(scsi_init);
module_exit(scsi_exit);

MODULE_ALIAS_CHARDEV(21, 0);
MODULE_ALIAS("devname:sg0");
MODULE_ALIAS_CHARDEV_MAJOR(21);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Drives of the class scsi");
