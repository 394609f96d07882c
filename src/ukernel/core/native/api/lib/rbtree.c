// Red-black trees: sdk/include/linux/rbtree.h. The algorithms of Cormen, Leiserson, Rivest, Stein:
// Introduction to Algorithms, chapter 13; NULL is black.
#include <linux/export.h>
#include <linux/rbtree.h>

static bool is_red(const struct rb_node *node)
{
	return node && node->rb_red;
}

/* Whatever led to `old` leads to `node`. */
static void put_in_place(struct rb_node *old, struct rb_node *node, struct rb_root *root)
{
	struct rb_node *parent = old->rb_parent;

	if (!parent)
		root->rb_node = node;
	else if (parent->rb_left == old)
		parent->rb_left = node;
	else
		parent->rb_right = node;
	if (node)
		node->rb_parent = parent;
}

/* The child of that side rises above its parent. */
static void rotate(struct rb_node *node, bool left, struct rb_root *root)
{
	struct rb_node *child = left ? node->rb_right : node->rb_left;
	struct rb_node **from = left ? &child->rb_left : &child->rb_right;

	put_in_place(node, child, root);
	if (left)
		node->rb_right = *from;
	else
		node->rb_left = *from;
	if (*from)
		(*from)->rb_parent = node;
	*from = node;
	node->rb_parent = child;
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	while (is_red(node->rb_parent)) {
		struct rb_node *parent = node->rb_parent, *above = parent->rb_parent;
		bool left = above->rb_left == parent;
		struct rb_node *uncle = left ? above->rb_right : above->rb_left;

		if (is_red(uncle)) {
			parent->rb_red = uncle->rb_red = false;
			above->rb_red = true;
			node = above;
			continue;
		}
		if (node == (left ? parent->rb_right : parent->rb_left)) {
			rotate(parent, left, root);
			parent = node;
		}
		parent->rb_red = false;
		above->rb_red = true;
		rotate(above, !left, root);
		break;
	}
	root->rb_node->rb_red = false;
}
EXPORT_SYMBOL(rb_insert_color);

/* The way to `node` (perhaps NULL), below `parent`, has one black node too few. */
static void restore(struct rb_node *node, struct rb_node *parent, struct rb_root *root)
{
	while (node != root->rb_node && !is_red(node)) {
		bool left = parent->rb_left == node;
		struct rb_node *sibling = left ? parent->rb_right : parent->rb_left, *outer, *inner;

		if (is_red(sibling)) {
			sibling->rb_red = false;
			parent->rb_red = true;
			rotate(parent, left, root);
			sibling = left ? parent->rb_right : parent->rb_left;
		}
		outer = left ? sibling->rb_right : sibling->rb_left;
		inner = left ? sibling->rb_left : sibling->rb_right;
		if (!is_red(outer) && !is_red(inner)) {
			sibling->rb_red = true;
			node = parent;
			parent = node->rb_parent;
			continue;
		}
		if (!is_red(outer)) {
			inner->rb_red = false;
			sibling->rb_red = true;
			rotate(sibling, !left, root);
			outer = sibling;
			sibling = inner;
		}
		sibling->rb_red = parent->rb_red;
		parent->rb_red = outer->rb_red = false;
		rotate(parent, left, root);
		return;
	}
	if (node)
		node->rb_red = false;
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *rises, *parent = node->rb_parent;
	bool was_red = node->rb_red;

	if (!node->rb_left || !node->rb_right) {
		rises = node->rb_left ? node->rb_left : node->rb_right;
		put_in_place(node, rises, root);
	} else {
		/* Its successor takes its place and colour. */
		struct rb_node *next = rb_next(node);

		rises = next->rb_right;
		was_red = next->rb_red;
		parent = next;
		if (next->rb_parent != node) {
			parent = next->rb_parent;
			put_in_place(next, rises, root);
			next->rb_right = node->rb_right;
			next->rb_right->rb_parent = next;
		}
		put_in_place(node, next, root);
		next->rb_left = node->rb_left;
		next->rb_left->rb_parent = next;
		next->rb_red = node->rb_red;
	}
	if (!was_red)
		restore(rises, parent, root);
}
EXPORT_SYMBOL(rb_erase);

void rb_replace_node(struct rb_node *old, struct rb_node *node, struct rb_root *root)
{
	*node = *old;
	put_in_place(old, node, root);
	if (node->rb_left)
		node->rb_left->rb_parent = node;
	if (node->rb_right)
		node->rb_right->rb_parent = node;
}
EXPORT_SYMBOL(rb_replace_node);

static struct rb_node *leftmost(struct rb_node *node)
{
	while (node && node->rb_left)
		node = node->rb_left;
	return node;
}

static struct rb_node *rightmost(struct rb_node *node)
{
	while (node && node->rb_right)
		node = node->rb_right;
	return node;
}

struct rb_node *rb_first(const struct rb_root *root)
{
	return leftmost(root->rb_node);
}
EXPORT_SYMBOL(rb_first);

struct rb_node *rb_last(const struct rb_root *root)
{
	return rightmost(root->rb_node);
}
EXPORT_SYMBOL(rb_last);

struct rb_node *rb_next(const struct rb_node *node)
{
	if (RB_EMPTY_NODE(node))
		return NULL;
	if (node->rb_right)
		return leftmost(node->rb_right);
	while (node->rb_parent && node->rb_parent->rb_right == node)
		node = node->rb_parent;
	return node->rb_parent;
}
EXPORT_SYMBOL(rb_next);

struct rb_node *rb_prev(const struct rb_node *node)
{
	if (RB_EMPTY_NODE(node))
		return NULL;
	if (node->rb_left)
		return rightmost(node->rb_left);
	while (node->rb_parent && node->rb_parent->rb_left == node)
		node = node->rb_parent;
	return node->rb_parent;
}
EXPORT_SYMBOL(rb_prev);

/* The first leaf below. */
static struct rb_node *deepest(struct rb_node *node)
{
	while (node && (node->rb_left || node->rb_right))
		node = node->rb_left ? node->rb_left : node->rb_right;
	return node;
}

struct rb_node *rb_first_postorder(const struct rb_root *root)
{
	return deepest(root->rb_node);
}
EXPORT_SYMBOL(rb_first_postorder);

struct rb_node *rb_next_postorder(const struct rb_node *node)
{
	struct rb_node *parent = node->rb_parent;

	if (parent && parent->rb_left == node && parent->rb_right)
		return deepest(parent->rb_right);
	return parent;
}
EXPORT_SYMBOL(rb_next_postorder);
