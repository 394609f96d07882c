#ifndef _LINUX_LLIST_H
#define _LINUX_LLIST_H

#include <linux/atomic.h>
#include <linux/container_of.h>

/* A list without a lock: anybody adds, whoever takes takes all. Context: any. Source: lib/llist.c. */
struct llist_node {
	struct llist_node *next;
};

struct llist_head {
	struct llist_node *first;
};

#define LLIST_HEAD_INIT(name) { NULL }
#define LLIST_HEAD(name) struct llist_head name = LLIST_HEAD_INIT(name)

static inline void init_llist_head(struct llist_head *list)
{
	list->first = NULL;
}

static inline bool llist_empty(const struct llist_head *list)
{
	return READ_ONCE(list->first) == NULL;
}

/* At the front; true if the list was empty. */
static inline bool llist_add(struct llist_node *node, struct llist_head *list)
{
	struct llist_node *first = READ_ONCE(list->first);

	do
		node->next = first;
	while (!__atomic_compare_exchange_n(&list->first, &first, node, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
	return !first;
}

static inline struct llist_node *llist_del_all(struct llist_head *list)
{
	return __atomic_exchange_n(&list->first, NULL, __ATOMIC_SEQ_CST);
}

static inline struct llist_node *llist_reverse_order(struct llist_node *node)
{
	struct llist_node *turned = NULL;

	while (node) {
		struct llist_node *next = node->next;

		node->next = turned;
		turned = node;
		node = next;
	}
	return turned;
}

#define llist_entry(ptr, type, member) container_of(ptr, type, member)
/* Whether it was a node that the entry was found by, not NULL. */
#define llist_entry_is_node(pos, member) \
	((unsigned long)(pos) + offsetof(typeof(*(pos)), member) != 0)
#define llist_for_each(node, first) for (node = (first); node; node = node->next)
#define llist_for_each_safe(node, following, first) \
	for (node = (first); node && (following = node->next, true); node = following)
#define llist_for_each_entry(pos, first, member)			\
	for (pos = llist_entry(first, typeof(*pos), member);		\
	     llist_entry_is_node(pos, member);				\
	     pos = llist_entry(pos->member.next, typeof(*pos), member))
#define llist_for_each_entry_safe(pos, following, first, member)	\
	for (pos = llist_entry(first, typeof(*pos), member);		\
	     llist_entry_is_node(pos, member) &&			\
	     (following = llist_entry(pos->member.next, typeof(*pos), member), true); \
	     pos = following)

#endif
