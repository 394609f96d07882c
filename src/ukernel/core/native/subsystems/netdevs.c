// Network interfaces: sdk/include/linux/netdevice.h.
#include <linux/capability.h>
#include <linux/etherdevice.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "netdevs.h"
#include "subsystems.h"
#include "ukernel/core/native/api/kernel/request.h"

#define MOST_FRAMES 1024	/* that wait in a tap */
enum { CHANGING = 8, REGISTERED };	/* further bits of net_device.state */

static int take_device_away(void *device);

static const struct owned_kind device_kind = {
	.one = "network interface", .many = "network interfaces", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_device_away,
};

static DEFINE_MUTEX(devices_lock);
static LIST_HEAD(devices);
static DEFINE_SPINLOCK(taps_lock);
static LIST_HEAD(taps);

struct net_device *alloc_netdev(int size, const char *name, unsigned char name_type,
				void (*setup)(struct net_device *device))
{
	struct net_device *device = kzalloc(sizeof(*device), GFP_KERNEL);
	void *priv = kzalloc(size ?: 1, GFP_KERNEL);

	if (!device || !priv || strlen(name) >= IFNAMSIZ) {
		kfree(device);
		kfree(priv);
		return NULL;
	}
	device->priv = priv;
	setup(device);
	strscpy(device->name, name, IFNAMSIZ);
	return device;
}
EXPORT_SYMBOL(alloc_netdev);

void free_netdev(struct net_device *device)
{
	if (!device)
		return;
	kfree(device->priv);
	kfree(device);
}
EXPORT_SYMBOL(free_netdev);

static struct net_device *find(const char *name)
{
	struct net_device *device;

	list_for_each_entry(device, &devices, list)
		if (!strcmp(device->name, name))
			return device;
	return NULL;
}

/* dev_valid_name(), net/core/dev.c. */
static bool good_name(const char *name)
{
	if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (; *name; name++)
		if (*name == '/' || *name == ':' || *name <= ' ')
			return false;
	return true;
}

/* "eth%d": the first free number. Under devices_lock. */
static int give_name(struct net_device *device)
{
	const char *percent = strchr(device->name, '%');
	char name[IFNAMSIZ];

	if (!percent)
		return find(device->name) ? -EEXIST : 0;
	if (percent[1] != 'd' || strchr(percent + 2, '%'))
		return -EINVAL;
	for (int number = 0; ; number++) {
		if (snprintf(name, sizeof(name), "%.*s%d%s", (int)(percent - device->name), device->name, number,
			     percent + 2) >= sizeof(name))
			return -ENFILE;
		if (!find(name))
			break;
	}
	memcpy(device->name, name, sizeof(name));
	return 0;
}

int register_netdev(struct net_device *device)
{
	static int indexes;
	int error;

	if (!good_name(device->name))
		return -EINVAL;
	INIT_LIST_HEAD(&device->list);
	mutex_lock(&devices_lock);
	error = give_name(device);
	mutex_unlock(&devices_lock);
	if (!error && device->netdev_ops->ndo_init)
		error = device->netdev_ops->ndo_init(device);
	if (error)
		return error;
	mutex_lock(&devices_lock);
	if (find(device->name))
		error = -EEXIST;
	if (!error) {
		device->ifindex = ++indexes;
		list_add_tail(&device->list, &devices);
		set_bit(REGISTERED, &device->state);
	}
	mutex_unlock(&devices_lock);
	if (!error)
		owned_acquire(&device_kind, device, device->name, device->netdev_ops, 0);
	else if (device->netdev_ops->ndo_uninit)
		device->netdev_ops->ndo_uninit(device);
	return error;
}
EXPORT_SYMBOL(register_netdev);

/* Under taps_lock. */
static void tap_changed(struct tap *tap)
{
	__atomic_add_fetch(&tap->changes, 1, __ATOMIC_RELEASE);
	platform_wake(&tap->changes, INT_MAX);
}

static void end_taps(int index)
{
	unsigned long flags;
	struct tap *tap;

	spin_lock_irqsave(&taps_lock, flags);
	list_for_each_entry(tap, &taps, list)
		if (tap->index == index) {
			tap->gone = true;
			tap_changed(tap);
		}
	spin_unlock_irqrestore(&taps_lock, flags);
}

void unregister_netdev(struct net_device *device)
{
	int references;

	if (WARN(!test_and_clear_bit(REGISTERED, &device->state), "%.16s is not registered\n", device->name))
		return;
	mutex_lock(&devices_lock);
	list_del_init(&device->list);
	mutex_unlock(&devices_lock);
	end_taps(device->ifindex);
	while ((references = __atomic_load_n(&device->references, __ATOMIC_ACQUIRE)))
		platform_wait(&device->references, references);
	netdev_down(device);
	owned_release(&device_kind, device);
	if (device->netdev_ops->ndo_uninit)
		device->netdev_ops->ndo_uninit(device);
	if (device->priv_destructor)
		device->priv_destructor(device);
	if (device->needs_free_netdev)
		free_netdev(device);
}
EXPORT_SYMBOL(unregister_netdev);

static int take_device_away(void *device)
{
	unregister_netdev(device);
	return 0;
}

static struct net_device *get_locked(struct net_device *device)
{
	if (device)
		__atomic_add_fetch(&device->references, 1, __ATOMIC_RELAXED);
	return device;
}

struct net_device *netdev_get(const char *name)
{
	struct net_device *device;

	mutex_lock(&devices_lock);
	device = get_locked(find(name));
	mutex_unlock(&devices_lock);
	return device;
}

struct net_device *netdev_get_index(int index)
{
	struct net_device *device, *found = NULL;

	mutex_lock(&devices_lock);
	list_for_each_entry(device, &devices, list)
		if (device->ifindex == index)
			found = get_locked(device);
	mutex_unlock(&devices_lock);
	return found;
}

/* It may be gone as soon as the count is down: only its address is used from then on. */
void netdev_put(struct net_device *device)
{
	int *references = &device->references;

	if (!__atomic_sub_fetch(references, 1, __ATOMIC_RELEASE))
		platform_wake(references, INT_MAX);
}

/* dev_load(), net/core/dev_ioctl.c. */
struct net_device *netdev_load(const char *name)
{
	struct net_device *device = netdev_get(name);
	int missing = 1;
	char cause[48];

	if (device || strlen(name) >= IFNAMSIZ || !good_name(name))
		return device;
	snprintf(cause, sizeof(cause), "use of the interface %s", name);
	if (capable(CAP_NET_ADMIN))
		missing = kapi_request(cause, "netdev-%s", name);
	if (missing && capable(CAP_SYS_MODULE))
		kapi_request(cause, "%s", name);
	return netdev_get(name);
}

/* One change at a time; a fault in it leaves the interface as it is. */
static int change(struct net_device *device, int (*function)(struct net_device *), bool up)
{
	int error;

	if (test_and_set_bit(CHANGING, &device->state))
		return -EBUSY;
	error = 0;
	if (netif_running(device) != up) {
		error = function ? function(device) : 0;
		if (!error || !up)	/* what is stopped is down, whatever the module says */
			__atomic_store_n(&device->flags, up ? device->flags | IFF_UP : device->flags & ~IFF_UP,
					 __ATOMIC_RELEASE);
	}
	clear_bit(CHANGING, &device->state);
	return error;
}

int netdev_up(struct net_device *device)
{
	return change(device, device->netdev_ops->ndo_open, true);
}

int netdev_down(struct net_device *device)
{
	return change(device, device->netdev_ops->ndo_stop, false);
}

void tap_add(struct tap *tap, int index)
{
	unsigned long flags;

	tap->index = index;
	INIT_LIST_HEAD(&tap->frames);
	spin_lock_irqsave(&taps_lock, flags);
	list_add_tail(&tap->list, &taps);
	spin_unlock_irqrestore(&taps_lock, flags);
}

void tap_remove(struct tap *tap)
{
	struct frame *frame, *next;
	unsigned long flags;

	spin_lock_irqsave(&taps_lock, flags);
	list_del(&tap->list);
	spin_unlock_irqrestore(&taps_lock, flags);
	list_for_each_entry_safe(frame, next, &tap->frames, list)
		platform_free(frame);
}

static struct frame *take(struct tap *tap, int *error)
{
	struct frame *frame = NULL;
	unsigned long flags;

	spin_lock_irqsave(&taps_lock, flags);
	*error = tap->gone ? -ENETDOWN : -EAGAIN;
	if (!list_empty(&tap->frames)) {
		frame = list_first_entry(&tap->frames, struct frame, list);
		list_del(&frame->list);
		tap->count--;
		*error = 0;
	}
	spin_unlock_irqrestore(&taps_lock, flags);
	return frame;
}

struct frame *tap_take(struct tap *tap, bool wait, int *error)
{
	struct frame *frame;
	int changes;

	while (true) {
		changes = __atomic_load_n(&tap->changes, __ATOMIC_ACQUIRE);
		frame = take(tap, error);
		if (frame || !wait || *error != -EAGAIN)
			return frame;
		if (platform_interrupted()) {
			*error = -ERESTARTSYS;
			return NULL;
		}
		platform_wait_until(&tap->changes, changes, platform_monotonic() + platform_interrupt_interval);
	}
}

static bool deliver(struct tap *tap, const struct sk_buff *skb)
{
	struct frame *frame = tap->count < MOST_FRAMES ? platform_alloc(sizeof(*frame) + skb->len, 16, 0) : NULL;

	if (!frame)
		return false;
	frame->size = skb->len;
	memcpy(frame->bytes, skb->data, skb->len);
	list_add_tail(&frame->list, &tap->frames);
	tap->count++;
	tap_changed(tap);
	return true;
}

int netif_rx(struct sk_buff *skb)
{
	int index = skb->dev ? skb->dev->ifindex : 0, result = NET_RX_DROP;
	unsigned long flags;
	struct tap *tap;

	spin_lock_irqsave(&taps_lock, flags);
	list_for_each_entry(tap, &taps, list)
		if (tap->index == index && deliver(tap, skb))
			result = NET_RX_SUCCESS;
	spin_unlock_irqrestore(&taps_lock, flags);
	kfree_skb(skb);
	return result;
}
EXPORT_SYMBOL(netif_rx);

void ether_setup(struct net_device *device)
{
	device->type = ARPHRD_ETHER;
	device->hard_header_len = ETH_HLEN;
	device->mtu = ETH_DATA_LEN;
	device->addr_len = ETH_ALEN;
	device->flags = IFF_BROADCAST | IFF_MULTICAST;
}
EXPORT_SYMBOL(ether_setup);

__be16 eth_type_trans(struct sk_buff *skb, struct net_device *device)
{
	const struct ethhdr *header = (struct ethhdr *)skb->data;

	skb->dev = device;
	return skb_pull(skb, ETH_HLEN) ? header->h_proto : 0;
}
EXPORT_SYMBOL(eth_type_trans);
