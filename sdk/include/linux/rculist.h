#ifndef _LINUX_RCULIST_H
#define _LINUX_RCULIST_H

#include <linux/list.h>
#include <linux/rcupdate.h>

/* Lists that are read under rcu_read_lock() while one changes them. Source: include/linux/rculist.h. */
static inline void __list_link_rcu(struct list_head *before, struct list_head *node,
				   struct list_head *after)
{
	node->next = after;
	node->prev = before;
	smp_store_release(&before->next, node);
	after->prev = node;
}

static inline void list_add_rcu(struct list_head *node, struct list_head *head)
{
	__list_link_rcu(head, node, head->next);
}

static inline void list_add_tail_rcu(struct list_head *node, struct list_head *head)
{
	__list_link_rcu(head->prev, node, head);
}

/* A reader that stands on the node goes on from it. */
static inline void list_del_rcu(struct list_head *node)
{
	WRITE_ONCE(node->prev->next, node->next);
	node->next->prev = node->prev;
	node->prev = LIST_POISON2;
}

static inline void list_replace_rcu(struct list_head *old, struct list_head *node)
{
	__list_link_rcu(old->prev, node, old->next);
	old->prev = LIST_POISON2;
}

#define list_entry_rcu(ptr, type, member) container_of(READ_ONCE(ptr), type, member)
#define list_for_each_entry_rcu(pos, head, member, ...)				\
	for (pos = list_entry(rcu_dereference((head)->next), typeof(*pos), member); \
	     !list_entry_is_head(pos, head, member);				\
	     pos = list_entry(rcu_dereference(pos->member.next), typeof(*pos), member))

#endif
