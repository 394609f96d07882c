// Locks whose waiters sleep: sdk/include/linux/mutex.h.
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include "api.h"

/* The three-state lock on wait and wake; a contended one is woken at each unlock. */
enum { FREE, TAKEN, WAITED_FOR };

void __mutex_init(struct mutex *lock)
{
	lock->state = FREE;
	lock->owner = 0;
}
EXPORT_SYMBOL(__mutex_init);

static bool take(struct mutex *lock)
{
	int expected = FREE;

	return __atomic_compare_exchange_n(&lock->state, &expected, TAKEN, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static void taken(struct mutex *lock)
{
	__atomic_store_n(&lock->owner, platform_thread_id(), __ATOMIC_RELAXED);
	platform_lock_taken(lock, "mutex");
}

int mutex_trylock(struct mutex *lock)
{
	if (!take(lock))
		return 0;
	taken(lock);
	return 1;
}
EXPORT_SYMBOL(mutex_trylock);

static int lock_in_state(struct mutex *lock, int state)
{
	if (!take(lock)) {
		if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == platform_thread_id())
			kapi_bug("mutex_lock: deadlock: this thread holds the mutex %pS already", lock);
		while (__atomic_exchange_n(&lock->state, WAITED_FOR, __ATOMIC_ACQUIRE) != FREE) {
			if (state == TASK_UNINTERRUPTIBLE)
				platform_wait(&lock->state, WAITED_FOR);
			else if (signal_pending_state(state, current))
				return -EINTR;
			else
				platform_wait_until(&lock->state, WAITED_FOR,
						    platform_monotonic() + platform_interrupt_interval);
		}
	}
	taken(lock);
	return 0;
}

void mutex_lock(struct mutex *lock)
{
	kapi_may_sleep();
	lock_in_state(lock, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(mutex_lock);

int mutex_lock_interruptible(struct mutex *lock)
{
	kapi_may_sleep();
	return lock_in_state(lock, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL(mutex_lock_interruptible);

int mutex_lock_killable(struct mutex *lock)
{
	kapi_may_sleep();
	return lock_in_state(lock, TASK_KILLABLE);
}
EXPORT_SYMBOL(mutex_lock_killable);

void mutex_unlock(struct mutex *lock)
{
	if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != platform_thread_id())
		kapi_bug("mutex_unlock: this thread does not hold the mutex %pS", lock);
	platform_lock_released(lock);
	__atomic_store_n(&lock->owner, 0, __ATOMIC_RELAXED);
	if (__atomic_exchange_n(&lock->state, FREE, __ATOMIC_RELEASE) == WAITED_FOR)
		platform_wake(&lock->state, 1);
}
EXPORT_SYMBOL(mutex_unlock);

bool mutex_is_locked(struct mutex *lock)
{
	return __atomic_load_n(&lock->state, __ATOMIC_RELAXED) != FREE;
}
EXPORT_SYMBOL(mutex_is_locked);

void mutex_destroy(struct mutex *lock)
{
	if (!mutex_is_locked(lock))
		return;
	pr_err("BUG: mutex_destroy: the mutex %pS is locked\n", lock);
	kapi_log_backtrace(KERN_ERR, 1);
}
EXPORT_SYMBOL(mutex_destroy);
