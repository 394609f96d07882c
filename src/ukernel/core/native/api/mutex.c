// Locks whose waiters sleep: sdk/include/linux/mutex.h.
#include <linux/export.h>
#include <linux/mutex.h>

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

int mutex_trylock(struct mutex *lock)
{
	if (!take(lock))
		return 0;
	__atomic_store_n(&lock->owner, platform_thread_id(), __ATOMIC_RELAXED);
	return 1;
}
EXPORT_SYMBOL(mutex_trylock);

void mutex_lock(struct mutex *lock)
{
	int self = platform_thread_id();

	kapi_may_sleep();
	if (!take(lock)) {
		if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == self)
			kapi_bug("mutex_lock: deadlock: this thread holds the mutex %pS already", lock);
		while (__atomic_exchange_n(&lock->state, WAITED_FOR, __ATOMIC_ACQUIRE) != FREE)
			platform_wait(&lock->state, WAITED_FOR);
	}
	__atomic_store_n(&lock->owner, self, __ATOMIC_RELAXED);
}
EXPORT_SYMBOL(mutex_lock);

int mutex_lock_interruptible(struct mutex *lock)
{
	mutex_lock(lock);
	return 0;
}
EXPORT_SYMBOL(mutex_lock_interruptible);

int mutex_lock_killable(struct mutex *lock)
{
	mutex_lock(lock);
	return 0;
}
EXPORT_SYMBOL(mutex_lock_killable);

void mutex_unlock(struct mutex *lock)
{
	if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != platform_thread_id())
		kapi_bug("mutex_unlock: this thread does not hold the mutex %pS", lock);
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
