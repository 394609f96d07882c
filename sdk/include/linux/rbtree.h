#ifndef _LINUX_RBTREE_H
#define _LINUX_RBTREE_H

#include <linux/container_of.h>
#include <linux/types.h>

/*
 * Balanced trees of nodes that stand in structures. Who uses them finds the place for a new node,
 * links it there, and has the tree balanced: rb_link_node(), rb_insert_color(). No locking of its
 * own. Context: any. Source: Documentation/core-api/rbtree.rst.
 */
struct rb_node {
	struct rb_node *rb_parent;	/* of a node that is in no tree: itself */
	struct rb_node *rb_right;
	struct rb_node *rb_left;
	bool rb_red;
};

struct rb_root {
	struct rb_node *rb_node;
};

struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *rb_leftmost;
};

#define RB_ROOT (struct rb_root) { NULL }
#define RB_ROOT_CACHED (struct rb_root_cached) { { NULL }, NULL }
#define RB_EMPTY_ROOT(root) (!READ_ONCE((root)->rb_node))
#define RB_EMPTY_NODE(node) ((node)->rb_parent == (node))
#define RB_CLEAR_NODE(node) ((void)((node)->rb_parent = (node)))
#define rb_parent(node) ((node)->rb_parent)
#define rb_entry(ptr, type, member) container_of(ptr, type, member)
#define rb_entry_safe(ptr, type, member) \
	({ typeof(ptr) __node = (ptr); __node ? rb_entry(__node, type, member) : NULL; })

/** rb_link_node - the node becomes *link, a child of parent that was NULL. */
static inline void rb_link_node(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
	node->rb_parent = parent;
	node->rb_left = node->rb_right = NULL;
	node->rb_red = true;
	*link = node;
}

/** rb_insert_color - balances the tree after that; rb_erase - takes a node out. */
void rb_insert_color(struct rb_node *node, struct rb_root *root);
void rb_erase(struct rb_node *node, struct rb_root *root);
/** rb_replace_node - another node of the same order in its place. */
void rb_replace_node(struct rb_node *old, struct rb_node *node, struct rb_root *root);
/** rb_first, rb_last, rb_next, rb_prev - in order; NULL: there is none. */
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);
/* Children before their parents: each may be freed when the next is known. */
struct rb_node *rb_first_postorder(const struct rb_root *root);
struct rb_node *rb_next_postorder(const struct rb_node *node);

#define rbtree_postorder_for_each_entry_safe(pos, following, root, member)	\
	for (pos = rb_entry_safe(rb_first_postorder(root), typeof(*pos), member); \
	     pos && ({ following = rb_entry_safe(rb_next_postorder(&pos->member), \
						 typeof(*pos), member); 1; });	\
	     pos = following)

#define rb_first_cached(root) ((root)->rb_leftmost)

static inline void rb_insert_color_cached(struct rb_node *node, struct rb_root_cached *root, bool leftmost)
{
	if (leftmost)
		root->rb_leftmost = node;
	rb_insert_color(node, &root->rb_root);
}

static inline void rb_erase_cached(struct rb_node *node, struct rb_root_cached *root)
{
	if (root->rb_leftmost == node)
		root->rb_leftmost = rb_next(node);
	rb_erase(node, &root->rb_root);
}

#endif
