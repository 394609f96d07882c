#ifndef _LINUX_SEMAPHORE_H
#define _LINUX_SEMAPHORE_H

#include <linux/wait.h>

/* A count that down() takes one of, and waits while there is none. Source: kernel/locking/semaphore.c. */
struct semaphore {
	int count;
	struct wait_queue_head wait;
};

#define __SEMAPHORE_INITIALIZER(name, n) \
	{ .count = (n), .wait = __WAIT_QUEUE_HEAD_INITIALIZER((name).wait) }
#define DEFINE_SEMAPHORE(name) struct semaphore name = __SEMAPHORE_INITIALIZER(name, 1)

/** sema_init - with that count. Context: any. */
static inline void sema_init(struct semaphore *semaphore, int count)
{
	semaphore->count = count;
	init_waitqueue_head(&semaphore->wait);
}

/**
 * down - takes one; sleeps until there is one
 *
 * _interruptible, _killable: 0, or -EINTR if a signal came first. _timeout: 0, or -ETIME after so
 * many jiffies. Context: may sleep, but down_trylock: 0 if it got one, 1 if there is none.
 */
void down(struct semaphore *semaphore);
int __must_check down_interruptible(struct semaphore *semaphore);
int __must_check down_killable(struct semaphore *semaphore);
int __must_check down_timeout(struct semaphore *semaphore, long timeout);
int __must_check down_trylock(struct semaphore *semaphore);
/** up - gives one back; anybody may. Context: any. */
void up(struct semaphore *semaphore);

#endif
