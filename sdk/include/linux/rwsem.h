#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

#include <linux/wait.h>

/* A sleeping lock that many may hold for reading, or one for writing. Source: kernel/locking/rwsem.c. */
struct rw_semaphore {
	int readers;	/* -1: a writer */
	struct wait_queue_head wait;
};

#define __RWSEM_INITIALIZER(name) { .wait = __WAIT_QUEUE_HEAD_INITIALIZER((name).wait) }
#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)

/** init_rwsem - not held. Context: any. */
static inline void init_rwsem(struct rw_semaphore *semaphore)
{
	semaphore->readers = 0;
	init_waitqueue_head(&semaphore->wait);
}

/**
 * down_read, down_write - take it; only the thread that took it may give it back
 *
 * _interruptible, _killable: 0, or -EINTR. To take what one holds for writing, or to give back what
 * one does not hold, ends the call as BUG(). Context: may sleep, but the trylocks (1: taken),
 * up_read, up_write and downgrade_write (from writing to reading).
 */
void down_read(struct rw_semaphore *semaphore);
int __must_check down_read_interruptible(struct rw_semaphore *semaphore);
int __must_check down_read_killable(struct rw_semaphore *semaphore);
int down_read_trylock(struct rw_semaphore *semaphore);
void up_read(struct rw_semaphore *semaphore);
void down_write(struct rw_semaphore *semaphore);
int __must_check down_write_killable(struct rw_semaphore *semaphore);
int down_write_trylock(struct rw_semaphore *semaphore);
void up_write(struct rw_semaphore *semaphore);
void downgrade_write(struct rw_semaphore *semaphore);
#define rwsem_is_locked(semaphore) (READ_ONCE((semaphore)->readers) != 0)

#endif
