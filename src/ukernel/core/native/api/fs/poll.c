// Readiness and SIGIO: sdk/include/linux/poll.h, and fasync_helper of fs.h.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "api.h"
#include "fs/poll.h"

/* In a queue of the module's for one open file; whatever wakes the queue writes to the eventfd. */
struct waiter {
	struct list_head list;
	struct wait_queue_entry entry;
	struct wait_queue_head *queue;
	int event;
};

struct asking {
	poll_table table;
	struct list_head *waiters;
	int event;
};

static int tell(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	platform_event_signal(container_of(entry, struct waiter, entry)->event);
	return 1;
}

static void enlist(struct file *file, struct wait_queue_head *queue, poll_table *table)
{
	const struct asking *asking = container_of(table, struct asking, table);
	struct waiter *waiter = platform_alloc(sizeof(*waiter), 16, 1);

	if (!waiter)
		return;	/* who asks then finds out when its time is up */
	waiter->queue = queue;
	waiter->event = asking->event;
	init_waitqueue_func_entry(&waiter->entry, tell);
	add_wait_queue(queue, &waiter->entry);
	list_add_tail(&waiter->list, asking->waiters);
}

void waiters_drop(struct list_head *waiters)
{
	struct waiter *waiter, *next;

	list_for_each_entry_safe(waiter, next, waiters, list) {
		list_del(&waiter->list);
		remove_wait_queue(waiter->queue, &waiter->entry);
		platform_free(waiter);
	}
}

long waiters_ask(struct file *file, struct list_head *waiters, int event)
{
	struct asking asking = {
		.table = { ._qproc = event >= 0 ? enlist : NULL, ._key = ~(__poll_t)0 },
		.waiters = waiters,
		.event = event,
	};

	waiters_drop(waiters);
	return file->f_op->poll ? file->f_op->poll(file, &asking.table) : DEFAULT_POLLMASK;
}

static DEFINE_SPINLOCK(fasync_lock);

int fasync_helper(int fd, struct file *file, int on, struct fasync_struct **list)
{
	struct fasync_struct *fresh = on ? kzalloc(sizeof(*fresh), GFP_KERNEL) : NULL, *unused = fresh;
	struct fasync_struct **at;
	int result = on ? 1 : 0;

	if (on && !fresh)
		return -ENOMEM;
	spin_lock(&fasync_lock);
	for (at = list; *at && (*at)->fa_file != file; at = &(*at)->fa_next)
		;
	if (!on && *at) {
		unused = *at;
		*at = unused->fa_next;
		result = 1;
	} else if (on && *at) {
		(*at)->fa_fd = fd;
		result = 0;
	} else if (on) {
		*fresh = (struct fasync_struct){ .fa_fd = fd, .fa_file = file, .fa_next = *list };
		*list = fresh;
		unused = NULL;
	}
	spin_unlock(&fasync_lock);
	kfree(unused);
	return result;
}
EXPORT_SYMBOL(fasync_helper);

void kill_fasync(struct fasync_struct **list, int signal, int band)
{
	spin_lock(&fasync_lock);
	for (struct fasync_struct *one = *list; one; one = one->fa_next)
		platform_kill(one->fa_file->f_owner.pid, signal);
	spin_unlock(&fasync_lock);
}
EXPORT_SYMBOL(kill_fasync);
