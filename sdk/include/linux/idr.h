#ifndef _LINUX_IDR_H
#define _LINUX_IDR_H

#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>

/* Pointers by small numbers, the lowest free one first; the caller locks. Source: lib/idr.c. */
struct idr {
	struct rb_root numbers;
	unsigned int next;	/* for idr_alloc_cyclic() */
};

#define IDR_INIT(name) { { NULL }, 0 }
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)

/** idr_init - an empty one. idr_destroy - frees what it needs itself, not what the pointers lead to. */
static inline void idr_init(struct idr *idr)
{
	idr->numbers.rb_node = NULL;
	idr->next = 0;
}

void idr_destroy(struct idr *idr);
/**
 * idr_alloc - a number in [start, end) for a pointer; end 0: to INT_MAX
 *
 * The number, -ENOSPC, -ENOMEM, -EINVAL. _cyclic: behind the last one given, if there is one.
 * Context: as kmalloc(gfp).
 */
int idr_alloc(struct idr *idr, void *pointer, int start, int end, gfp_t gfp);
int idr_alloc_cyclic(struct idr *idr, void *pointer, int start, int end, gfp_t gfp);
/** idr_find - the pointer, NULL: there is none. idr_remove, idr_replace - what it was (replace:
 * ERR_PTR(-ENOENT)). Context: any. */
void *idr_find(const struct idr *idr, unsigned long id);
void *idr_remove(struct idr *idr, unsigned long id);
void *idr_replace(struct idr *idr, void *pointer, unsigned long id);
bool idr_is_empty(const struct idr *idr);
/** idr_for_each - calls the function for each, until it returns what is not 0: that. */
int idr_for_each(const struct idr *idr, int (*function)(int id, void *pointer, void *data), void *data);
/** idr_get_next - the first at or above *id, which becomes its number; NULL: there is none. */
void *idr_get_next(struct idr *idr, int *id);
#define idr_for_each_entry(idr, pointer, id) \
	for (id = 0; ((pointer) = idr_get_next(idr, &(id))) != NULL; id++)
#define idr_preload(gfp) do { } while (0)
#define idr_preload_end() do { } while (0)

/* Numbers alone, with a lock of their own. */
struct ida {
	struct idr idr;
	spinlock_t lock;
};

#define IDA_INIT(name) { IDR_INIT(name.idr), __SPIN_LOCK_UNLOCKED(name.lock) }
#define DEFINE_IDA(name) struct ida name = IDA_INIT(name)

static inline void ida_init(struct ida *ida)
{
	idr_init(&ida->idr);
	spin_lock_init(&ida->lock);
}

void ida_destroy(struct ida *ida);
/** ida_alloc_range - the lowest free number from min to max, both included; errors as idr_alloc(). */
int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp);
#define ida_alloc(ida, gfp) ida_alloc_range(ida, 0, INT_MAX, gfp)
#define ida_alloc_min(ida, min, gfp) ida_alloc_range(ida, min, INT_MAX, gfp)
#define ida_alloc_max(ida, max, gfp) ida_alloc_range(ida, 0, max, gfp)
#define ida_simple_get(ida, start, end, gfp) ida_alloc_range(ida, start, (end) ? (end) - 1 : INT_MAX, gfp)
/** ida_free - gives it back; one that was not given is warned about. */
void ida_free(struct ida *ida, unsigned int id);
#define ida_simple_remove(ida, id) ida_free(ida, id)
bool ida_is_empty(struct ida *ida);

#endif
