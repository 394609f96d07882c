// Locks whose waiters spin: sdk/include/linux/spinlock.h.
#include <linux/export.h>
#include <linux/spinlock.h>

#include "api.h"

int _raw_spin_trylock(spinlock_t *lock)
{
	int expected = 0;

	if (!__atomic_compare_exchange_n(&lock->state, &expected, 1, 0, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return 0;
	__atomic_store_n(&lock->owner, platform_thread_id(), __ATOMIC_RELAXED);
	++*platform_atomic_depth();
	return 1;
}
EXPORT_SYMBOL(_raw_spin_trylock);

void _raw_spin_lock(spinlock_t *lock)
{
	int spins = 0;

	while (!_raw_spin_trylock(lock)) {
		if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == platform_thread_id())
			kapi_bug("spin_lock: deadlock: this thread holds the lock %pS already", lock);
		/* The holder is a thread like any other, and may not be running. */
		if (++spins % 64 == 0)
			platform_yield();
		else
			cpu_relax();
	}
}
EXPORT_SYMBOL(_raw_spin_lock);

void _raw_spin_unlock(spinlock_t *lock)
{
	if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != platform_thread_id())
		kapi_bug("spin_unlock: this thread does not hold the lock %pS", lock);
	__atomic_store_n(&lock->owner, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&lock->state, 0, __ATOMIC_RELEASE);
	--*platform_atomic_depth();
}
EXPORT_SYMBOL(_raw_spin_unlock);
