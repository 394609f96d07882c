#ifndef _LINUX_LIST_H
#define _LINUX_LIST_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/types.h>

/* A ring of nodes that stand in structures; the head stands apart. No locking of its own. */
#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)
/* What a removed node points to: an access to it is an oops that shows the mistake. */
#define LIST_POISON1 ((void *)0xdead000000000100UL)
#define LIST_POISON2 ((void *)0xdead000000000122UL)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	WRITE_ONCE(list->next, list);
	WRITE_ONCE(list->prev, list);
}

static inline void __list_link(struct list_head *before, struct list_head *node,
			       struct list_head *after)
{
	node->prev = before;
	node->next = after;
	WRITE_ONCE(before->next, node);
	after->prev = node;
}

static inline void list_add(struct list_head *node, struct list_head *head)
{
	__list_link(head, node, head->next);
}

static inline void list_add_tail(struct list_head *node, struct list_head *head)
{
	__list_link(head->prev, node, head);
}

static inline void __list_unlink(struct list_head *node)
{
	node->next->prev = node->prev;
	WRITE_ONCE(node->prev->next, node->next);
}

static inline void list_del(struct list_head *node)
{
	__list_unlink(node);
	node->next = LIST_POISON1;
	node->prev = LIST_POISON2;
}

static inline void list_del_init(struct list_head *node)
{
	__list_unlink(node);
	INIT_LIST_HEAD(node);
}

static inline void list_replace(struct list_head *old, struct list_head *node)
{
	__list_link(old->prev, node, old->next);
}

static inline void list_move(struct list_head *node, struct list_head *head)
{
	__list_unlink(node);
	list_add(node, head);
}

static inline void list_move_tail(struct list_head *node, struct list_head *head)
{
	__list_unlink(node);
	list_add_tail(node, head);
}

static inline int list_empty(const struct list_head *head)
{
	return READ_ONCE(head->next) == head;
}

static inline int list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

static inline int list_is_last(const struct list_head *node, const struct list_head *head)
{
	return node->next == head;
}

static inline int list_is_first(const struct list_head *node, const struct list_head *head)
{
	return node->prev == head;
}

/* All of `list` to the beginning, or the end, of `head`; the _init ones leave `list` empty. */
static inline void __list_splice(const struct list_head *list, struct list_head *before,
				 struct list_head *after)
{
	list->next->prev = before;
	before->next = list->next;
	list->prev->next = after;
	after->prev = list->prev;
}

static inline void list_splice(const struct list_head *list, struct list_head *head)
{
	if (!list_empty(list))
		__list_splice(list, head, head->next);
}

static inline void list_splice_tail(const struct list_head *list, struct list_head *head)
{
	if (!list_empty(list))
		__list_splice(list, head->prev, head);
}

static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

static inline void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
	list_splice_tail(list, head);
	INIT_LIST_HEAD(list);
}

#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_last_entry(head, type, member) list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member) \
	(list_empty(head) ? NULL : list_first_entry(head, type, member))
#define list_next_entry(pos, member) list_entry((pos)->member.next, typeof(*(pos)), member)
#define list_prev_entry(pos, member) list_entry((pos)->member.prev, typeof(*(pos)), member)
#define list_entry_is_head(pos, head, member) (&(pos)->member == (head))

#define list_for_each(node, head) \
	for (node = (head)->next; node != (head); node = node->next)
#define list_for_each_prev(node, head) \
	for (node = (head)->prev; node != (head); node = node->prev)
#define list_for_each_safe(node, following, head)			\
	for (node = (head)->next, following = node->next; node != (head); \
	     node = following, following = node->next)
#define list_for_each_entry(pos, head, member)				\
	for (pos = list_first_entry(head, typeof(*pos), member);	\
	     !list_entry_is_head(pos, head, member);			\
	     pos = list_next_entry(pos, member))
#define list_for_each_entry_reverse(pos, head, member)			\
	for (pos = list_last_entry(head, typeof(*pos), member);		\
	     !list_entry_is_head(pos, head, member);			\
	     pos = list_prev_entry(pos, member))
/* The entry may be removed in the loop. */
#define list_for_each_entry_safe(pos, following, head, member)		\
	for (pos = list_first_entry(head, typeof(*pos), member),	\
	     following = list_next_entry(pos, member);			\
	     !list_entry_is_head(pos, head, member);			\
	     pos = following, following = list_next_entry(following, member))
#define list_for_each_entry_continue(pos, head, member)			\
	for (pos = list_next_entry(pos, member);			\
	     !list_entry_is_head(pos, head, member);			\
	     pos = list_next_entry(pos, member))

#define list_for_each_entry_from(pos, head, member)			\
	for (; !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_safe_reverse(pos, following, head, member)	\
	for (pos = list_last_entry(head, typeof(*pos), member),		\
	     following = list_prev_entry(pos, member);			\
	     !list_entry_is_head(pos, head, member);			\
	     pos = following, following = list_prev_entry(following, member))
#define list_for_each_prev_safe(node, following, head)			\
	for (node = (head)->prev, following = node->prev; node != (head); \
	     node = following, following = node->prev)

static inline int list_empty_careful(const struct list_head *head)
{
	return list_empty(head) && READ_ONCE(head->prev) == head;
}

static inline void list_rotate_left(struct list_head *head)
{
	if (!list_empty(head))
		list_move_tail(head->next, head);
}

static inline size_t list_count_nodes(struct list_head *head)
{
	struct list_head *node;
	size_t count = 0;

	list_for_each(node, head)
		count++;
	return count;
}

/* Lists with a head of one pointer, for tables of many. */
#define HLIST_HEAD_INIT { .first = NULL }
#define HLIST_HEAD(name) struct hlist_head name = HLIST_HEAD_INIT
#define INIT_HLIST_HEAD(head) ((void)((head)->first = NULL))

static inline void INIT_HLIST_NODE(struct hlist_node *node)
{
	node->next = NULL;
	node->pprev = NULL;
}

static inline int hlist_unhashed(const struct hlist_node *node)
{
	return !node->pprev;
}

static inline int hlist_empty(const struct hlist_head *head)
{
	return !READ_ONCE(head->first);
}

static inline void hlist_add_head(struct hlist_node *node, struct hlist_head *head)
{
	node->next = head->first;
	if (head->first)
		head->first->pprev = &node->next;
	WRITE_ONCE(head->first, node);
	node->pprev = &head->first;
}

static inline void hlist_add_behind(struct hlist_node *node, struct hlist_node *before)
{
	node->next = before->next;
	node->pprev = &before->next;
	if (node->next)
		node->next->pprev = &node->next;
	WRITE_ONCE(before->next, node);
}

static inline void hlist_add_before(struct hlist_node *node, struct hlist_node *after)
{
	node->pprev = after->pprev;
	node->next = after;
	after->pprev = &node->next;
	WRITE_ONCE(*node->pprev, node);
}

static inline void hlist_del_init(struct hlist_node *node)
{
	if (hlist_unhashed(node))
		return;
	WRITE_ONCE(*node->pprev, node->next);
	if (node->next)
		node->next->pprev = node->pprev;
	INIT_HLIST_NODE(node);
}

static inline void hlist_del(struct hlist_node *node)
{
	hlist_del_init(node);
	node->next = LIST_POISON1;
	node->pprev = LIST_POISON2;
}

#define hlist_entry(ptr, type, member) container_of(ptr, type, member)
#define hlist_entry_safe(ptr, type, member) \
	({ typeof(ptr) __node = (ptr); __node ? hlist_entry(__node, type, member) : NULL; })
#define hlist_for_each(node, head) for (node = (head)->first; node; node = node->next)
#define hlist_for_each_safe(node, following, head) \
	for (node = (head)->first; node && (following = node->next, 1); node = following)
#define hlist_for_each_entry(pos, head, member)				\
	for (pos = hlist_entry_safe((head)->first, typeof(*(pos)), member); pos; \
	     pos = hlist_entry_safe((pos)->member.next, typeof(*(pos)), member))
/* The entry may be removed in the loop; following is a struct hlist_node *. */
#define hlist_for_each_entry_safe(pos, following, head, member)		\
	for (pos = hlist_entry_safe((head)->first, typeof(*pos), member); \
	     pos && (following = pos->member.next, 1);			\
	     pos = hlist_entry_safe(following, typeof(*pos), member))

#endif
