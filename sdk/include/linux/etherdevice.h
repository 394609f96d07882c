#ifndef _LINUX_ETHERDEVICE_H
#define _LINUX_ETHERDEVICE_H

#include <linux/netdevice.h>
#include <linux/random.h>

/** ether_setup - what all Ethernet interfaces have. */
void ether_setup(struct net_device *device);
#define alloc_etherdev(size) alloc_netdev(size, "eth%d", NET_NAME_ENUM, ether_setup)
/** eth_type_trans - a frame that came in: its protocol; moves data behind the header. */
__be16 eth_type_trans(struct sk_buff *skb, struct net_device *device);

static inline void eth_hw_addr_set(struct net_device *device, const u8 *address)
{
	memcpy(device->dev_addr, address, ETH_ALEN);
}
/* A local address of its own. */
static inline void eth_hw_addr_random(struct net_device *device)
{
	get_random_bytes(device->dev_addr, ETH_ALEN);
	device->dev_addr[0] = (device->dev_addr[0] & 0xfe) | 2;
}

#endif
