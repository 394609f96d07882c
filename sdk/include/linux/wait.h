#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

/*
 * Tasks that wait for something, and waking them. Who changes what is waited for does so first and
 * wakes then. Source of all: include/linux/wait.h, kernel/sched/wait.c.
 */
#define WQ_FLAG_EXCLUSIVE 0x01

struct wait_queue_entry;
/* Wakes what the entry stands for; under the queue's lock. Returns whether it did. */
typedef int (*wait_queue_func_t)(struct wait_queue_entry *entry, unsigned int mode, int flags,
				 void *key);

struct wait_queue_entry {
	unsigned int flags;
	void *private;			/* the task */
	wait_queue_func_t func;
	struct list_head entry;
};
typedef struct wait_queue_entry wait_queue_entry_t;

struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
};
typedef struct wait_queue_head wait_queue_head_t;

#define __WAIT_QUEUE_HEAD_INITIALIZER(name) \
	{ .lock = __SPIN_LOCK_UNLOCKED(name.lock), .head = LIST_HEAD_INIT(name.head) }
#define DECLARE_WAIT_QUEUE_HEAD(name) \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_WAIT_QUEUE_HEAD(name)

/** init_waitqueue_head - an empty queue. Context: any. */
static inline void init_waitqueue_head(struct wait_queue_head *queue)
{
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->head);
}

/* Ways to be woken: the task; and its entry leaves the queue by that. Context: any. */
int default_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key);
int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key);

#define DEFINE_WAIT_FUNC(name, function)			\
	struct wait_queue_entry name = {			\
		.private = current,				\
		.func = function,				\
		.entry = LIST_HEAD_INIT(name.entry),		\
	}
#define DEFINE_WAIT(name) DEFINE_WAIT_FUNC(name, autoremove_wake_function)
#define DECLARE_WAITQUEUE(name, task)				\
	struct wait_queue_entry name = {			\
		.private = task,				\
		.func = default_wake_function,			\
		.entry = { NULL, NULL },			\
	}

static inline void init_waitqueue_entry(struct wait_queue_entry *entry, struct task_struct *task)
{
	entry->flags = 0;
	entry->private = task;
	entry->func = default_wake_function;
}

static inline void init_waitqueue_func_entry(struct wait_queue_entry *entry, wait_queue_func_t function)
{
	entry->flags = 0;
	entry->private = NULL;
	entry->func = function;
}

/** init_wait - an entry for this task that leaves the queue when it is woken. */
void init_wait_entry(struct wait_queue_entry *entry, int flags);
#define init_wait(entry) init_wait_entry(entry, 0)

/** add_wait_queue, remove_wait_queue - an entry in and out of a queue. Context: any. */
void add_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry);
void add_wait_queue_exclusive(struct wait_queue_head *queue, struct wait_queue_entry *entry);
void remove_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry);
/** waitqueue_active - whether somebody waits; without the lock. wq_has_sleeper - ordered. */
#define waitqueue_active(queue) (!list_empty(&(queue)->head))
static inline bool wq_has_sleeper(struct wait_queue_head *queue)
{
	smp_mb();
	return waitqueue_active(queue);
}

/**
 * prepare_to_wait - the entry into the queue, the task into the state: look, then schedule()
 *
 * ..._exclusive: behind the others, and a wake_up() for one wakes only it. ..._event: -ERESTARTSYS
 * where a signal is pending, and the entry is out then. finish_wait: out, and running again.
 * Context: any.
 */
void prepare_to_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state);
bool prepare_to_wait_exclusive(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state);
long prepare_to_wait_event(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state);
void finish_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry);

/**
 * wake_up - wakes all of a queue, of the exclusive ones the first (_nr: so many; _all: every one)
 *
 * _interruptible: only those that wait interruptibly. _locked: the caller holds the queue's lock.
 * Returns nothing of use. Context: any.
 */
int __wake_up(struct wait_queue_head *queue, unsigned int mode, int exclusive, void *key);
void __wake_up_locked(struct wait_queue_head *queue, unsigned int mode, int exclusive, void *key);
#define wake_up(queue) __wake_up(queue, TASK_NORMAL, 1, NULL)
#define wake_up_nr(queue, n) __wake_up(queue, TASK_NORMAL, n, NULL)
#define wake_up_all(queue) __wake_up(queue, TASK_NORMAL, 0, NULL)
#define wake_up_locked(queue) __wake_up_locked(queue, TASK_NORMAL, 1, NULL)
#define wake_up_all_locked(queue) __wake_up_locked(queue, TASK_NORMAL, 0, NULL)
#define wake_up_interruptible(queue) __wake_up(queue, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_nr(queue, n) __wake_up(queue, TASK_INTERRUPTIBLE, n, NULL)
#define wake_up_interruptible_all(queue) __wake_up(queue, TASK_INTERRUPTIBLE, 0, NULL)
#define wake_up_interruptible_sync(queue) wake_up_interruptible(queue)
#define wake_up_sync(queue) wake_up(queue)
#define wake_up_poll(queue, mask) __wake_up(queue, TASK_NORMAL, 1, (void *)(unsigned long)(mask))
#define wake_up_interruptible_poll(queue, mask) \
	__wake_up(queue, TASK_INTERRUPTIBLE, 1, (void *)(unsigned long)(mask))

/* Sleeps by `sleep` until the condition holds; the value: 0, or what a signal makes of it. */
#define __wait_until(queue, condition, state, exclusive, sleep) ({	\
	struct wait_queue_entry __entry;				\
	long __interrupted;						\
									\
	init_wait_entry(&__entry, exclusive);				\
	for (;;) {							\
		__interrupted = prepare_to_wait_event(&(queue), &__entry, state); \
		if (condition) {					\
			__interrupted = 0;				\
			break;						\
		}							\
		if (__interrupted)					\
			break;						\
		sleep;							\
	}								\
	finish_wait(&(queue), &__entry);				\
	__interrupted; })
#define __wait(queue, condition, state, exclusive) ({			\
	long __waited = 0;						\
	might_sleep();							\
	if (!(condition))						\
		__waited = __wait_until(queue, condition, state, exclusive, schedule()); \
	(int)__waited; })
/* What is left of the time, at least 1 if the condition holds; 0 if it is up and it does not. */
#define __wait_timeout(queue, condition, timeout, state) ({		\
	long __left = (timeout), __waited = 0;				\
	bool __true;							\
	might_sleep();							\
	__true = (condition);						\
	if (!__true)							\
		__waited = __wait_until(queue, (__true = (condition)) || !__left, state, 0, \
					__left = schedule_timeout(__left)); \
	__waited ? __waited : __true ? (__left ? __left : 1L) : 0L; })

/**
 * wait_event - sleeps until the condition is true; it is looked at whenever the queue is woken
 *
 * _interruptible, _killable: 0, or -ERESTARTSYS if a signal came first. _exclusive: see wake_up().
 * _timeout: jiffies; what is left of them (at least 1), 0 if the condition did not become true.
 * _hrtimeout: a ktime_t; 0 or -ETIME. Context: may sleep.
 */
#define wait_event(queue, condition) ((void)__wait(queue, condition, TASK_UNINTERRUPTIBLE, 0))
#define io_wait_event(queue, condition) wait_event(queue, condition)
#define wait_event_interruptible(queue, condition) __wait(queue, condition, TASK_INTERRUPTIBLE, 0)
#define wait_event_killable(queue, condition) __wait(queue, condition, TASK_KILLABLE, 0)
#define wait_event_freezable(queue, condition) wait_event_interruptible(queue, condition)
#define wait_event_idle(queue, condition) wait_event(queue, condition)
#define wait_event_exclusive_cmd(queue, condition) \
	((void)__wait(queue, condition, TASK_UNINTERRUPTIBLE, WQ_FLAG_EXCLUSIVE))
#define wait_event_interruptible_exclusive(queue, condition) \
	__wait(queue, condition, TASK_INTERRUPTIBLE, WQ_FLAG_EXCLUSIVE)
#define wait_event_timeout(queue, condition, timeout) \
	__wait_timeout(queue, condition, timeout, TASK_UNINTERRUPTIBLE)
#define wait_event_interruptible_timeout(queue, condition, timeout) \
	__wait_timeout(queue, condition, timeout, TASK_INTERRUPTIBLE)
#define wait_event_killable_timeout(queue, condition, timeout) \
	__wait_timeout(queue, condition, timeout, TASK_KILLABLE)
#define __wait_hrtimeout(queue, condition, timeout, state) ({		\
	long __got = __wait_timeout(queue, condition, nsecs_to_jiffies(timeout) + 1, state); \
	(int)(__got > 0 ? 0 : __got ? __got : -ETIME); })
#define wait_event_hrtimeout(queue, condition, timeout) \
	__wait_hrtimeout(queue, condition, timeout, TASK_UNINTERRUPTIBLE)
#define wait_event_interruptible_hrtimeout(queue, condition, timeout) \
	__wait_hrtimeout(queue, condition, timeout, TASK_INTERRUPTIBLE)
/* The caller holds the lock; it is given back while the task sleeps. */
#define wait_event_lock_irq(queue, condition, lock)			\
	((void)((condition) ? 0 :					\
		__wait_until(queue, condition, TASK_UNINTERRUPTIBLE, 0,	\
			     (spin_unlock_irq(&(lock)), schedule(), spin_lock_irq(&(lock))))))
#define wait_event_interruptible_lock_irq(queue, condition, lock)	\
	((condition) ? 0 :						\
	 (int)__wait_until(queue, condition, TASK_INTERRUPTIBLE, 0,	\
			   (spin_unlock_irq(&(lock)), schedule(), spin_lock_irq(&(lock)))))

#endif
