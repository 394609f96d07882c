// SPDX-License-Identifier: MIT
/*
 * What the tutorials' line `alias eth0 3c59x` names: an Ethernet interface, of which only the name is that of 3Com's
 * card. Its plug is a loop: what is sent comes in again, by way of a tasklet as from an interrupt.
 */
#include <linux/etherdevice.h>
#include <linux/interrupt.h>
#include <linux/module.h>

struct card {
	struct net_device *device;
	struct sk_buff_head wire;
	struct tasklet_struct interrupt;
};

static struct net_device *eth;

static void card_interrupt(struct tasklet_struct *tasklet)
{
	struct card *card = from_tasklet(card, tasklet, interrupt);
	struct sk_buff *skb;

	while ((skb = skb_dequeue(&card->wire))) {
		card->device->stats.rx_packets++;
		card->device->stats.rx_bytes += skb->len;
		netif_rx(skb);
	}
}

static int card_open(struct net_device *device)
{
	netif_start_queue(device);
	return 0;
}

static int card_stop(struct net_device *device)
{
	struct card *card = netdev_priv(device);

	netif_stop_queue(device);
	tasklet_kill(&card->interrupt);
	skb_queue_purge(&card->wire);
	return 0;
}

static netdev_tx_t card_xmit(struct sk_buff *skb, struct net_device *device)
{
	struct card *card = netdev_priv(device);

	device->stats.tx_packets++;
	device->stats.tx_bytes += skb->len;
	skb_queue_tail(&card->wire, skb);
	tasklet_schedule(&card->interrupt);
	return NETDEV_TX_OK;
}

static const struct net_device_ops operations = {
	.ndo_open = card_open,
	.ndo_stop = card_stop,
	.ndo_start_xmit = card_xmit,
};

static int __init card_init(void)
{
	static const u8 address[ETH_ALEN] = { 0x02, 0x60, 0x8c, 0x3c, 0x59, 0x00 };
	struct card *card;
	int error;

	eth = alloc_etherdev(sizeof(struct card));
	if (!eth)
		return -ENOMEM;
	eth->netdev_ops = &operations;
	eth_hw_addr_set(eth, address);
	card = netdev_priv(eth);
	card->device = eth;
	skb_queue_head_init(&card->wire);
	tasklet_setup(&card->interrupt, card_interrupt);
	error = register_netdev(eth);
	if (error)
		free_netdev(eth);
	return error;
}

static void __exit card_exit(void)
{
	unregister_netdev(eth);
	free_netdev(eth);
}

module_init(card_init);
module_exit(card_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("An Ethernet interface whose plug is a loop");
