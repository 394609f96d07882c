// A network interface: "netdev" NAME [show|up|down|send|listen]. With send a write is a frame; with listen a read is
// one that came in, and the first one is waited for.
#include <linux/etherdevice.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "netdevs.h"
#include "subsystems.h"

#define LARGEST_FRAME 65536

struct use {
	int index;			/* of send: the interface's */
	struct tap tap;			/* of listen */
	bool tapped;
	bool waits;			/* for the first frame */
	struct growing_text answer;	/* of show */
};

static void show(struct use *use, const struct net_device *device)
{
	const struct net_device_stats *stats = &device->stats;

	text_print(&use->answer, "%s: %s mtu %u address %*phC\n", device->name, netif_running(device) ? "up" : "down",
		   device->mtu, min_t(int, device->addr_len, sizeof(device->dev_addr)), device->dev_addr);
	text_print(&use->answer, "received %lu frames, %lu bytes, %lu dropped\n", stats->rx_packets, stats->rx_bytes,
		   stats->rx_dropped);
	text_print(&use->answer, "sent %lu frames, %lu bytes, %lu dropped\n", stats->tx_packets, stats->tx_bytes,
		   stats->tx_dropped);
}

static int run(struct use *use, struct net_device *device, const char *operation)
{
	if (!strcmp(operation, "up"))
		return netdev_up(device);
	if (!strcmp(operation, "down"))
		return netdev_down(device);
	if (!strcmp(operation, "send")) {
		use->index = device->ifindex;
		return 0;
	}
	if (!strcmp(operation, "listen")) {
		use->tapped = use->waits = true;
		tap_add(&use->tap, device->ifindex);
		return 0;
	}
	if (*operation && strcmp(operation, "show"))
		return -EINVAL;
	show(use, device);
	return use->answer.failed ? -ENOMEM : 0;
}

static void finish(struct use *use)
{
	if (use->tapped)
		tap_remove(&use->tap);
	if (use->answer.text)
		platform_free(use->answer.text);
	platform_free(use);
}

static int use_open(struct inode *inode, struct file *file)
{
	const struct use_request *request = use_request(file);
	struct net_device *device = netdev_load(use_word(request, 1));
	struct use *use;
	int error;

	if (!device)
		return -ENODEV;
	use = platform_alloc(sizeof(*use), 16, 1);
	if (!use) {
		netdev_put(device);
		return -ENOMEM;
	}
	file->private_data = use;
	error = run(use, device, use_word(request, 2));
	netdev_put(device);
	if (error)
		finish(use);
	return error;
}

static int transmit(struct net_device *device, const char __user *from, size_t size)
{
	const struct net_device_ops *ops = device->netdev_ops;
	struct sk_buff *skb;

	if (!netif_running(device))
		return -ENETDOWN;
	if (netif_queue_stopped(device))
		return -ENOBUFS;
	skb = alloc_skb(size, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	if (copy_from_user(skb_put(skb, size), from, size)) {
		kfree_skb(skb);
		return -EFAULT;
	}
	skb->dev = device;
	if (ops->ndo_start_xmit && ops->ndo_start_xmit(skb, device) == NETDEV_TX_OK)
		return 0;
	kfree_skb(skb);
	return -ENOBUFS;
}

static ssize_t use_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct use *use = file->private_data;
	struct net_device *device;
	int error;

	if (!use->index)
		return -EINVAL;
	if (size > LARGEST_FRAME)
		return -EMSGSIZE;
	device = netdev_get_index(use->index);
	if (!device)
		return -ENODEV;
	error = transmit(device, from, size);
	netdev_put(device);
	return error ?: (ssize_t)size;
}

/* As much of a frame as there is room for. */
static ssize_t read_frame(struct use *use, char __user *to, size_t size)
{
	struct frame *frame;
	ssize_t result;
	int error;

	frame = tap_take(&use->tap, use->waits, &error);
	if (error == -EAGAIN || error == -ENETDOWN)
		return 0;
	if (!frame)
		return error;
	use->waits = false;
	result = min(size, frame->size);
	if (copy_to_user(to, frame->bytes, result))
		result = -EFAULT;
	platform_free(frame);
	return result;
}

static ssize_t use_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct use *use = file->private_data;

	if (use->tapped)
		return read_frame(use, to, size);
	return simple_read_from_buffer(to, size, position, use->answer.text, use->answer.length);
}

static int use_release(struct inode *inode, struct file *file)
{
	finish(file->private_data);
	return 0;
}

const struct file_operations netdev_use = {
	.open = use_open,
	.read = use_read,
	.write = use_write,
	.release = use_release,
};
