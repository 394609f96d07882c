// SPDX-License-Identifier: MIT
/* A network interface that takes every frame and throws it away: dummy0, or as many as `count` says. */
#include <linux/etherdevice.h>
#include <linux/module.h>

#define MOST_DEVICES 8

static unsigned int count = 1;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "how many interfaces, at most 8");

static struct net_device *all[MOST_DEVICES];

static netdev_tx_t dummy_xmit(struct sk_buff *skb, struct net_device *device)
{
	device->stats.tx_packets++;
	device->stats.tx_bytes += skb->len;
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops operations = {
	.ndo_start_xmit = dummy_xmit,
};

static void dummy_setup(struct net_device *device)
{
	ether_setup(device);
	device->netdev_ops = &operations;
	device->flags |= IFF_NOARP;
	eth_hw_addr_random(device);
}

static void remove(unsigned int number)
{
	while (number--) {
		unregister_netdev(all[number]);
		free_netdev(all[number]);
	}
}

static int __init dummy_init(void)
{
	if (!count || count > MOST_DEVICES)
		return -EINVAL;
	for (unsigned int number = 0; number < count; number++) {
		int error = -ENOMEM;

		all[number] = alloc_netdev(0, "dummy%d", NET_NAME_ENUM, dummy_setup);
		if (all[number])
			error = register_netdev(all[number]);
		if (error) {
			free_netdev(all[number]);
			remove(number);
			return error;
		}
	}
	return 0;
}

static void __exit dummy_exit(void)
{
	remove(count);
}

module_init(dummy_init);
module_exit(dummy_exit);

MODULE_ALIAS_NETDEV("dummy0");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A network interface that throws everything away");
