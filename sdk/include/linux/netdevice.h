#ifndef _LINUX_NETDEVICE_H
#define _LINUX_NETDEVICE_H

#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/skbuff.h>
#include <linux/types.h>

struct net;
struct net_device;

typedef enum { NETDEV_TX_OK = 0, NETDEV_TX_BUSY = 0x10 } netdev_tx_t;
#define NET_RX_SUCCESS 0
#define NET_RX_DROP 1
#define NET_NAME_UNKNOWN 0
#define NET_NAME_ENUM 1

struct net_device_stats {
	unsigned long rx_packets, tx_packets, rx_bytes, tx_bytes, rx_errors, tx_errors, rx_dropped, tx_dropped;
};

/* What an interface can do; NULL: nothing is to be done. Opening and stopping come one at a time. */
struct net_device_ops {
	int (*ndo_init)(struct net_device *device);
	void (*ndo_uninit)(struct net_device *device);
	int (*ndo_open)(struct net_device *device);
	int (*ndo_stop)(struct net_device *device);
	/* Takes the packet over, unless it returns NETDEV_TX_BUSY. Only while the interface is up. */
	netdev_tx_t (*ndo_start_xmit)(struct sk_buff *skb, struct net_device *device);
	void (*ndo_set_rx_mode)(struct net_device *device);
	int (*ndo_set_mac_address)(struct net_device *device, void *address);
	int (*ndo_validate_addr)(struct net_device *device);
	int (*ndo_change_mtu)(struct net_device *device, int mtu);
};

struct net_device {
	char name[IFNAMSIZ];
	int ifindex;
	unsigned int flags;		/* IFF_UP... */
	unsigned int mtu;
	unsigned short type;
	unsigned short hard_header_len;
	unsigned char addr_len;
	unsigned char dev_addr[32];
	const struct net_device_ops *netdev_ops;
	struct net_device_stats stats;
	bool needs_free_netdev;
	void (*priv_destructor)(struct net_device *device);
	unsigned long state;		/* from here on the kernel's own */
	int references;			/* of calls that run */
	struct list_head list;
	void *priv;
};

#define ARPHRD_ETHER 1
#define netdev_priv(device) ((device)->priv)
#define SET_NETDEV_DEV(device, parent) ((void)(device), (void)(parent))

/**
 * alloc_netdev - an interface with `size` bytes of its module's own (netdev_priv()), made by setup(); NULL
 *
 * name: "eth0", or with %d for the first free number. free_netdev() gives it back. Context: may sleep.
 * Source: net/core/dev.c.
 */
struct net_device *alloc_netdev(int size, const char *name, unsigned char name_type,
				void (*setup)(struct net_device *device));
void free_netdev(struct net_device *device);
/** register_netdev - programs can use it. 0; -EEXIST, -EINVAL (its name), what ndo_init gives. May sleep. */
int register_netdev(struct net_device *device);
/** unregister_netdev - stops it, and waits until no call runs in it. Context: may sleep. */
void unregister_netdev(struct net_device *device);

/** netif_rx - a packet that has come in; takes it over. NET_RX_SUCCESS or _DROP. Context: any. */
int netif_rx(struct sk_buff *skb);
#define netif_receive_skb(skb) netif_rx(skb)

enum { __QUEUE_STATE_STOPPED, __LINK_STATE_NOCARRIER };
#define netif_start_queue(device) clear_bit(__QUEUE_STATE_STOPPED, &(device)->state)
#define netif_wake_queue(device) netif_start_queue(device)
#define netif_stop_queue(device) set_bit(__QUEUE_STATE_STOPPED, &(device)->state)
#define netif_queue_stopped(device) test_bit(__QUEUE_STATE_STOPPED, &(device)->state)
#define netif_carrier_on(device) clear_bit(__LINK_STATE_NOCARRIER, &(device)->state)
#define netif_carrier_off(device) set_bit(__LINK_STATE_NOCARRIER, &(device)->state)
#define netif_carrier_ok(device) (!test_bit(__LINK_STATE_NOCARRIER, &(device)->state))
#define netif_running(device) ((__atomic_load_n(&(device)->flags, __ATOMIC_ACQUIRE) & IFF_UP) != 0)

#define netdev_info(device, format, ...) pr_info("%s: " format, (device)->name, ##__VA_ARGS__)
#define netdev_err(device, format, ...) pr_err("%s: " format, (device)->name, ##__VA_ARGS__)

#define MODULE_ALIAS_NETDEV(name) MODULE_ALIAS("netdev-" name)

#endif
