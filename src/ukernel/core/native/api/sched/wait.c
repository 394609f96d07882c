// Wait queues and completions: sdk/include/linux/wait.h, completion.h.
#include <linux/completion.h>
#include <linux/export.h>
#include <linux/wait.h>

#include "api.h"

int default_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	return wake_up_state(entry->private, mode);
}
EXPORT_SYMBOL(default_wake_function);

int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	int woken = default_wake_function(entry, mode, flags, key);

	if (woken)
		list_del_init(&entry->entry);
	return woken;
}
EXPORT_SYMBOL(autoremove_wake_function);

void init_wait_entry(struct wait_queue_entry *entry, int flags)
{
	entry->flags = flags;
	entry->private = current;
	entry->func = autoremove_wake_function;
	INIT_LIST_HEAD(&entry->entry);
}
EXPORT_SYMBOL(init_wait_entry);

/* Exclusive ones stand behind the others: a wake-up comes to them last. */
static void enqueue(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	if (entry->flags & WQ_FLAG_EXCLUSIVE)
		list_add_tail(&entry->entry, &queue->head);
	else
		list_add(&entry->entry, &queue->head);
}

void add_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	spin_lock(&queue->lock);
	entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	enqueue(queue, entry);
	spin_unlock(&queue->lock);
}
EXPORT_SYMBOL(add_wait_queue);

void add_wait_queue_exclusive(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	spin_lock(&queue->lock);
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	enqueue(queue, entry);
	spin_unlock(&queue->lock);
}
EXPORT_SYMBOL(add_wait_queue_exclusive);

void remove_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	spin_lock(&queue->lock);
	list_del(&entry->entry);
	spin_unlock(&queue->lock);
}
EXPORT_SYMBOL(remove_wait_queue);

void prepare_to_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state)
{
	spin_lock(&queue->lock);
	entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	if (list_empty(&entry->entry))
		enqueue(queue, entry);
	set_current_state(state);
	spin_unlock(&queue->lock);
}
EXPORT_SYMBOL(prepare_to_wait);

bool prepare_to_wait_exclusive(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state)
{
	bool was_empty = false;

	spin_lock(&queue->lock);
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	if (list_empty(&entry->entry)) {
		was_empty = list_empty(&queue->head);
		enqueue(queue, entry);
	}
	set_current_state(state);
	spin_unlock(&queue->lock);
	return was_empty;
}
EXPORT_SYMBOL(prepare_to_wait_exclusive);

long prepare_to_wait_event(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state)
{
	bool interrupted = signal_pending_state(state, current);

	spin_lock(&queue->lock);
	if (interrupted) {
		/* An exclusive one takes no wake-up with it: that would be lost to the others. */
		list_del_init(&entry->entry);
	} else {
		if (list_empty(&entry->entry))
			enqueue(queue, entry);
		set_current_state(state);
	}
	spin_unlock(&queue->lock);
	return interrupted ? -ERESTARTSYS : 0;
}
EXPORT_SYMBOL(prepare_to_wait_event);

void finish_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	set_current_state(TASK_RUNNING);
	/* Always with the lock: who wakes may still be at the entry. */
	spin_lock(&queue->lock);
	list_del_init(&entry->entry);
	spin_unlock(&queue->lock);
}
EXPORT_SYMBOL(finish_wait);

void __wake_up_locked(struct wait_queue_head *queue, unsigned int mode, int exclusive, void *key)
{
	struct wait_queue_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &queue->head, entry) {
		unsigned int flags = entry->flags;	/* the entry may be gone when its task runs */

		if (entry->func(entry, mode, 0, key) && (flags & WQ_FLAG_EXCLUSIVE) && !--exclusive)
			break;
	}
}
EXPORT_SYMBOL(__wake_up_locked);

int __wake_up(struct wait_queue_head *queue, unsigned int mode, int exclusive, void *key)
{
	spin_lock(&queue->lock);
	__wake_up_locked(queue, mode, exclusive, key);
	spin_unlock(&queue->lock);
	return 0;
}
EXPORT_SYMBOL(__wake_up);

void complete(struct completion *x)
{
	spin_lock(&x->wait.lock);
	if (x->done != UINT_MAX)
		x->done++;
	__wake_up_locked(&x->wait, TASK_NORMAL | TASK_WAKEKILL, 1, NULL);
	spin_unlock(&x->wait.lock);
}
EXPORT_SYMBOL(complete);

void complete_all(struct completion *x)
{
	spin_lock(&x->wait.lock);
	x->done = UINT_MAX;
	__wake_up_locked(&x->wait, TASK_NORMAL | TASK_WAKEKILL, 0, NULL);
	spin_unlock(&x->wait.lock);
}
EXPORT_SYMBOL(complete_all);

/* With the lock: who completes may be at the structure until then, and it may go afterwards. */
static bool take(struct completion *x)
{
	if (!x->done)
		return false;
	if (x->done != UINT_MAX)
		x->done--;
	return true;
}

/* What is left of the timeout, at least 1; 0: time is up; -ERESTARTSYS. */
static long wait_for(struct completion *x, long timeout, int state)
{
	struct wait_queue_entry entry;
	long result = 0;

	kapi_may_sleep();
	init_wait_entry(&entry, WQ_FLAG_EXCLUSIVE);
	spin_lock(&x->wait.lock);
	for (;;) {
		if (take(x)) {
			result = timeout ? timeout : 1;
			break;
		}
		if (!timeout)
			break;
		if (signal_pending_state(state, current)) {
			result = -ERESTARTSYS;
			break;
		}
		if (list_empty(&entry.entry))
			enqueue(&x->wait, &entry);
		set_current_state(state);
		spin_unlock(&x->wait.lock);
		timeout = schedule_timeout(timeout);
		spin_lock(&x->wait.lock);
	}
	list_del_init(&entry.entry);
	spin_unlock(&x->wait.lock);
	return result;
}

static int to_error(long result)
{
	return result < 0 ? result : 0;
}

void wait_for_completion(struct completion *x)
{
	wait_for(x, MAX_SCHEDULE_TIMEOUT, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion);

int wait_for_completion_interruptible(struct completion *x)
{
	return to_error(wait_for(x, MAX_SCHEDULE_TIMEOUT, TASK_INTERRUPTIBLE));
}
EXPORT_SYMBOL(wait_for_completion_interruptible);

int wait_for_completion_killable(struct completion *x)
{
	return to_error(wait_for(x, MAX_SCHEDULE_TIMEOUT, TASK_KILLABLE));
}
EXPORT_SYMBOL(wait_for_completion_killable);

unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
{
	return wait_for(x, timeout, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion_timeout);

long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout)
{
	return wait_for(x, timeout, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion_interruptible_timeout);

long wait_for_completion_killable_timeout(struct completion *x, unsigned long timeout)
{
	return wait_for(x, timeout, TASK_KILLABLE);
}
EXPORT_SYMBOL(wait_for_completion_killable_timeout);

bool try_wait_for_completion(struct completion *x)
{
	bool done;

	spin_lock(&x->wait.lock);
	done = take(x);
	spin_unlock(&x->wait.lock);
	return done;
}
EXPORT_SYMBOL(try_wait_for_completion);

bool completion_done(struct completion *x)
{
	bool done;

	spin_lock(&x->wait.lock);
	done = x->done != 0;
	spin_unlock(&x->wait.lock);
	return done;
}
EXPORT_SYMBOL(completion_done);
