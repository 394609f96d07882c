// Pointers by small numbers: sdk/include/linux/idr.h.
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/idr.h>
#include <linux/kernel.h>
#include <linux/slab.h>

struct number {
	struct rb_node node;
	unsigned long id;
	void *pointer;
};

static struct number *number_of(const struct rb_node *node)
{
	return node ? rb_entry(node, struct number, node) : NULL;
}

/* The first at or above that id. */
static struct number *at_or_above(const struct idr *idr, unsigned long id)
{
	struct rb_node *node = idr->numbers.rb_node;
	struct number *found = NULL;

	while (node) {
		struct number *each = number_of(node);

		if (each->id >= id)
			found = each;
		node = each->id >= id ? node->rb_left : node->rb_right;
	}
	return found;
}

static struct number *find(const struct idr *idr, unsigned long id)
{
	struct number *found = at_or_above(idr, id);

	return found && found->id == id ? found : NULL;
}

/* The lowest that is free from start on. */
static unsigned long first_free(const struct idr *idr, unsigned long start)
{
	struct number *each = at_or_above(idr, start);

	for (; each && each->id == start; start++)
		each = number_of(rb_next(&each->node));
	return start;
}

static void insert(struct idr *idr, struct number *fresh)
{
	struct rb_node **link = &idr->numbers.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = number_of(parent)->id < fresh->id ? &parent->rb_right : &parent->rb_left;
	}
	rb_link_node(&fresh->node, parent, link);
	rb_insert_color(&fresh->node, &idr->numbers);
}

static int allocate(struct idr *idr, void *pointer, unsigned int first, unsigned int last, gfp_t gfp)
{
	struct number *fresh = kmalloc(sizeof(*fresh), gfp);
	unsigned long id;

	if (!fresh)
		return -ENOMEM;
	id = first_free(idr, first);
	if (id > last) {
		kfree(fresh);
		return -ENOSPC;
	}
	fresh->id = id;
	fresh->pointer = pointer;
	insert(idr, fresh);
	return id;
}

int idr_alloc(struct idr *idr, void *pointer, int start, int end, gfp_t gfp)
{
	unsigned int max = end > 0 ? end - 1 : INT_MAX;

	if (start < 0)
		return -EINVAL;
	return max < (unsigned int)start ? -ENOSPC : allocate(idr, pointer, start, max, gfp);
}
EXPORT_SYMBOL(idr_alloc);

int idr_alloc_cyclic(struct idr *idr, void *pointer, int start, int end, gfp_t gfp)
{
	int id = -ENOSPC;

	if (idr->next > (unsigned int)start)
		id = idr_alloc(idr, pointer, idr->next, end, gfp);
	if (id == -ENOSPC)
		id = idr_alloc(idr, pointer, start, end, gfp);
	if (id >= 0)
		idr->next = id + 1;
	return id;
}
EXPORT_SYMBOL(idr_alloc_cyclic);

void *idr_find(const struct idr *idr, unsigned long id)
{
	struct number *found = find(idr, id);

	return found ? found->pointer : NULL;
}
EXPORT_SYMBOL(idr_find);

void *idr_remove(struct idr *idr, unsigned long id)
{
	struct number *found = find(idr, id);
	void *pointer;

	if (!found)
		return NULL;
	pointer = found->pointer;
	rb_erase(&found->node, &idr->numbers);
	kfree(found);
	return pointer;
}
EXPORT_SYMBOL(idr_remove);

void *idr_replace(struct idr *idr, void *pointer, unsigned long id)
{
	struct number *found = find(idr, id);
	void *before;

	if (!found)
		return ERR_PTR(-ENOENT);
	before = found->pointer;
	found->pointer = pointer;
	return before;
}
EXPORT_SYMBOL(idr_replace);

bool idr_is_empty(const struct idr *idr)
{
	return RB_EMPTY_ROOT(&idr->numbers);
}
EXPORT_SYMBOL(idr_is_empty);

int idr_for_each(const struct idr *idr, int (*function)(int id, void *pointer, void *data), void *data)
{
	struct number *each = at_or_above(idr, 0);
	int result = 0;

	/* The function may remove the one that it is called for. */
	while (each && !result) {
		unsigned long id = each->id;

		result = function(id, each->pointer, data);
		each = at_or_above(idr, id + 1);
	}
	return result;
}
EXPORT_SYMBOL(idr_for_each);

void *idr_get_next(struct idr *idr, int *id)
{
	struct number *found = at_or_above(idr, *id);

	if (!found)
		return NULL;
	*id = found->id;
	return found->pointer;
}
EXPORT_SYMBOL(idr_get_next);

void idr_destroy(struct idr *idr)
{
	struct number *each, *next;

	rbtree_postorder_for_each_entry_safe(each, next, &idr->numbers, node)
		kfree(each);
	idr_init(idr);
}
EXPORT_SYMBOL(idr_destroy);

int ida_alloc_range(struct ida *ida, unsigned int first, unsigned int last, gfp_t gfp)
{
	int id;

	if ((int)first < 0)
		return -ENOSPC;
	might_sleep_if(gfpflags_allow_blocking(gfp));
	spin_lock(&ida->lock);
	id = allocate(&ida->idr, ida, first, min(last, (unsigned int)INT_MAX), gfp & ~__GFP_DIRECT_RECLAIM);
	spin_unlock(&ida->lock);
	return id;
}
EXPORT_SYMBOL(ida_alloc_range);

void ida_free(struct ida *ida, unsigned int id)
{
	void *found;

	spin_lock(&ida->lock);
	found = idr_remove(&ida->idr, id);
	spin_unlock(&ida->lock);
	WARN(!found, "ida_free called for id=%u which is not allocated.\n", id);
}
EXPORT_SYMBOL(ida_free);

bool ida_is_empty(struct ida *ida)
{
	return idr_is_empty(&ida->idr);
}
EXPORT_SYMBOL(ida_is_empty);

void ida_destroy(struct ida *ida)
{
	spin_lock(&ida->lock);
	idr_destroy(&ida->idr);
	spin_unlock(&ida->lock);
}
EXPORT_SYMBOL(ida_destroy);
