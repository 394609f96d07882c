#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#include <linux/types.h>

/* A lock whose waiters sleep. All zero is unlocked; owner is the thread's number. */
struct mutex {
	int state;	/* 0 free, 1 taken, 2 taken and waited for */
	int owner;
};

#define __MUTEX_INITIALIZER(name) { 0, 0 }
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)

/*
 * Context of all: may sleep, but mutex_trylock and mutex_is_locked; only the thread that locked may
 * unlock. To lock twice, or to unlock what one does not hold, ends the call as BUG() does.
 * Source: kernel/locking/mutex.c.
 */
void __mutex_init(struct mutex *lock);
#define mutex_init(lock) __mutex_init(lock)
/** mutex_destroy - says that it is used no more: locked, it is complained of. Context: any. */
void mutex_destroy(struct mutex *lock);
void mutex_lock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
/** mutex_trylock - 1 if it was free and is ours now, else 0. */
int mutex_trylock(struct mutex *lock);
/** mutex_lock_interruptible, _killable - 0, or -EINTR if a signal came first. */
int __must_check mutex_lock_interruptible(struct mutex *lock);
int __must_check mutex_lock_killable(struct mutex *lock);
bool mutex_is_locked(struct mutex *lock);
#define mutex_lock_nested(lock, subclass) mutex_lock(lock)
#define mutex_lock_interruptible_nested(lock, subclass) mutex_lock_interruptible(lock)

#endif
