#ifndef _LINUX_SKBUFF_H
#define _LINUX_SKBUFF_H

#include <linux/gfp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>

struct net_device;
struct sock;

/*
 * A packet. Between head and end is memory, between data and tail what counts of it. Source:
 * include/linux/skbuff.h.
 */
struct sk_buff {
	struct sk_buff *next, *prev;	/* in a queue */
	struct sock *sk;
	struct net_device *dev;
	char cb[48];			/* of who has the packet */
	unsigned int len;
	__be16 protocol;
	u8 pkt_type;
	u8 ip_summed;
	unsigned char *head, *data, *tail, *end;
};

#define CHECKSUM_NONE 0
#define CHECKSUM_UNNECESSARY 1

struct sk_buff_head {
	struct sk_buff *next, *prev;
	u32 qlen;
	spinlock_t lock;
};

/** alloc_skb - an empty packet with room for `size` bytes, or NULL. Context: as kmalloc(). */
struct sk_buff *alloc_skb(unsigned int size, gfp_t gfp);
static inline struct sk_buff *dev_alloc_skb(unsigned int size)
{
	return alloc_skb(size, GFP_ATOMIC);
}
static inline struct sk_buff *netdev_alloc_skb(struct net_device *device, unsigned int size)
{
	struct sk_buff *skb = alloc_skb(size, GFP_ATOMIC);

	if (skb)
		skb->dev = device;
	return skb;
}
/** kfree_skb - gives it back; NULL is fine. consume_skb, dev_kfree_skb: the same, it was used. Context: any. */
void kfree_skb(struct sk_buff *skb);
#define consume_skb(skb) kfree_skb(skb)
#define dev_kfree_skb(skb) kfree_skb(skb)
#define dev_kfree_skb_any(skb) kfree_skb(skb)
/** skb_copy, skb_clone - another packet with the same content, or NULL. */
struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp);
#define skb_clone(skb, gfp) skb_copy(skb, gfp)

/* Moving data and tail. What does not fit ends the call as BUG() does; skb_pull() gives NULL. */
void *skb_put(struct sk_buff *skb, unsigned int size);
void *skb_push(struct sk_buff *skb, unsigned int size);
void *skb_pull(struct sk_buff *skb, unsigned int size);
void skb_trim(struct sk_buff *skb, unsigned int size);
static inline void skb_reserve(struct sk_buff *skb, int size)
{
	skb->data += size;
	skb->tail += size;
}
static inline void *skb_put_data(struct sk_buff *skb, const void *data, unsigned int size)
{
	return memcpy(skb_put(skb, size), data, size);
}
static inline unsigned int skb_headroom(const struct sk_buff *skb)
{
	return skb->data - skb->head;
}
static inline int skb_tailroom(const struct sk_buff *skb)
{
	return skb->end - skb->tail;
}
#define skb_tx_timestamp(skb) ((void)(skb))

/* Queues of packets, each with a lock of its own. Context: any. */
void skb_queue_head_init(struct sk_buff_head *queue);
void skb_queue_tail(struct sk_buff_head *queue, struct sk_buff *skb);
void skb_queue_head(struct sk_buff_head *queue, struct sk_buff *skb);
struct sk_buff *skb_dequeue(struct sk_buff_head *queue);
void skb_queue_purge(struct sk_buff_head *queue);
static inline u32 skb_queue_len(const struct sk_buff_head *queue)
{
	return __atomic_load_n(&queue->qlen, __ATOMIC_RELAXED);
}
static inline bool skb_queue_empty(const struct sk_buff_head *queue)
{
	return !skb_queue_len(queue);
}

#endif
