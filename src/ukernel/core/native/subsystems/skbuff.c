// Packets and queues of them: sdk/include/linux/skbuff.h.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "subsystems.h"

struct sk_buff *alloc_skb(unsigned int size, gfp_t gfp)
{
	struct sk_buff *skb = kzalloc(sizeof(*skb), gfp);
	unsigned char *memory = kmalloc(size ?: 1, gfp);

	if (!skb || !memory) {
		kfree(skb);
		kfree(memory);
		return NULL;
	}
	skb->head = skb->data = skb->tail = memory;
	skb->end = memory + size;
	return skb;
}
EXPORT_SYMBOL(alloc_skb);

void kfree_skb(struct sk_buff *skb)
{
	if (!skb)
		return;
	kfree(skb->head);
	kfree(skb);
}
EXPORT_SYMBOL(kfree_skb);

struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp)
{
	struct sk_buff *copy = alloc_skb(skb->end - skb->head, gfp);
	unsigned char *memory;

	if (!copy)
		return NULL;
	memory = copy->head;
	*copy = *skb;
	copy->next = copy->prev = NULL;
	copy->sk = NULL;
	copy->head = memory;
	copy->data = memory + (skb->data - skb->head);
	copy->tail = copy->data + skb->len;
	copy->end = memory + (skb->end - skb->head);
	memcpy(copy->data, skb->data, skb->len);
	return copy;
}
EXPORT_SYMBOL(skb_copy);

void *skb_put(struct sk_buff *skb, unsigned int size)
{
	void *from = skb->tail;

	if (size > skb->end - skb->tail)
		kapi_bug("skb_put: %u bytes behind %u do not fit into %ld", size, skb->len,
			 (long)(skb->end - skb->data));
	skb->tail += size;
	skb->len += size;
	return from;
}
EXPORT_SYMBOL(skb_put);

void *skb_push(struct sk_buff *skb, unsigned int size)
{
	if (size > skb->data - skb->head)
		kapi_bug("skb_push: %u bytes do not fit into the %u before the packet", size, skb_headroom(skb));
	skb->data -= size;
	skb->len += size;
	return skb->data;
}
EXPORT_SYMBOL(skb_push);

void *skb_pull(struct sk_buff *skb, unsigned int size)
{
	if (size > skb->len)
		return NULL;
	skb->data += size;
	skb->len -= size;
	return skb->data;
}
EXPORT_SYMBOL(skb_pull);

void skb_trim(struct sk_buff *skb, unsigned int size)
{
	if (size >= skb->len)
		return;
	skb->tail -= skb->len - size;
	skb->len = size;
}
EXPORT_SYMBOL(skb_trim);

/* A queue is a ring of which the head is a part. */
static struct sk_buff *ring(struct sk_buff_head *queue)
{
	return (struct sk_buff *)queue;
}

void skb_queue_head_init(struct sk_buff_head *queue)
{
	spin_lock_init(&queue->lock);
	queue->next = queue->prev = ring(queue);
	queue->qlen = 0;
}
EXPORT_SYMBOL(skb_queue_head_init);

static void insert(struct sk_buff_head *queue, struct sk_buff *before, struct sk_buff *skb)
{
	skb->next = before;
	skb->prev = before->prev;
	before->prev->next = skb;
	before->prev = skb;
	__atomic_store_n(&queue->qlen, queue->qlen + 1, __ATOMIC_RELAXED);
}

void skb_queue_tail(struct sk_buff_head *queue, struct sk_buff *skb)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	insert(queue, ring(queue), skb);
	spin_unlock_irqrestore(&queue->lock, flags);
}
EXPORT_SYMBOL(skb_queue_tail);

void skb_queue_head(struct sk_buff_head *queue, struct sk_buff *skb)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	insert(queue, queue->next, skb);
	spin_unlock_irqrestore(&queue->lock, flags);
}
EXPORT_SYMBOL(skb_queue_head);

struct sk_buff *skb_dequeue(struct sk_buff_head *queue)
{
	struct sk_buff *skb = NULL;
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	if (queue->next != ring(queue)) {
		skb = queue->next;
		skb->prev->next = skb->next;
		skb->next->prev = skb->prev;
		skb->next = skb->prev = NULL;
		__atomic_store_n(&queue->qlen, queue->qlen - 1, __ATOMIC_RELAXED);
	}
	spin_unlock_irqrestore(&queue->lock, flags);
	return skb;
}
EXPORT_SYMBOL(skb_dequeue);

void skb_queue_purge(struct sk_buff_head *queue)
{
	struct sk_buff *skb;

	while ((skb = skb_dequeue(queue)))
		kfree_skb(skb);
}
EXPORT_SYMBOL(skb_queue_purge);
