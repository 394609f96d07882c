// Locks whose waiters spin: sdk/include/linux/spinlock.h.
#include <linux/export.h>
#include <linux/rwlock.h>
#include <linux/spinlock.h>

#include "api.h"

/* The holder is a thread like any other, and may not be running. */
static void relax(int *spins)
{
	if (++*spins % 64 == 0)
		platform_yield();
	else
		cpu_relax();
}

int _raw_spin_trylock(spinlock_t *lock)
{
	int expected = 0;

	if (!__atomic_compare_exchange_n(&lock->state, &expected, 1, 0, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return 0;
	__atomic_store_n(&lock->owner, platform_thread_id(), __ATOMIC_RELAXED);
	++*platform_atomic_depth();
	platform_lock_taken(lock, "spinlock");
	return 1;
}
EXPORT_SYMBOL(_raw_spin_trylock);

void _raw_spin_lock(spinlock_t *lock)
{
	int spins = 0;

	while (!_raw_spin_trylock(lock)) {
		if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == platform_thread_id())
			kapi_bug("spin_lock: deadlock: this thread holds the lock %pS already", lock);
		relax(&spins);
	}
}
EXPORT_SYMBOL(_raw_spin_lock);

void _raw_spin_unlock(spinlock_t *lock)
{
	if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != platform_thread_id())
		kapi_bug("spin_unlock: this thread does not hold the lock %pS", lock);
	platform_lock_released(lock);
	__atomic_store_n(&lock->owner, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&lock->state, 0, __ATOMIC_RELEASE);
	--*platform_atomic_depth();
}
EXPORT_SYMBOL(_raw_spin_unlock);

static void entered(rwlock_t *lock, const char *kind)
{
	++*platform_atomic_depth();
	platform_lock_taken(lock, kind);
}

static void left(rwlock_t *lock, const char *function)
{
	if (!platform_lock_released(lock))
		kapi_bug("%s: this thread does not hold the lock %pS", function, lock);
	--*platform_atomic_depth();
}

int _raw_read_trylock(rwlock_t *lock)
{
	int readers = __atomic_load_n(&lock->readers, __ATOMIC_RELAXED);

	do {
		if (readers < 0)
			return 0;
	} while (!__atomic_compare_exchange_n(&lock->readers, &readers, readers + 1, 0, __ATOMIC_ACQUIRE,
					      __ATOMIC_RELAXED));
	entered(lock, "rwlock (read)");
	return 1;
}
EXPORT_SYMBOL(_raw_read_trylock);

void _raw_read_lock(rwlock_t *lock)
{
	int spins = 0;

	while (!_raw_read_trylock(lock)) {
		if (platform_lock_held(lock))
			kapi_bug("read_lock: deadlock: this thread holds the lock %pS already", lock);
		relax(&spins);
	}
}
EXPORT_SYMBOL(_raw_read_lock);

void _raw_read_unlock(rwlock_t *lock)
{
	left(lock, "read_unlock");
	__atomic_fetch_sub(&lock->readers, 1, __ATOMIC_RELEASE);
}
EXPORT_SYMBOL(_raw_read_unlock);

int _raw_write_trylock(rwlock_t *lock)
{
	int none = 0;

	if (!__atomic_compare_exchange_n(&lock->readers, &none, -1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return 0;
	entered(lock, "rwlock (write)");
	return 1;
}
EXPORT_SYMBOL(_raw_write_trylock);

void _raw_write_lock(rwlock_t *lock)
{
	int spins = 0;

	while (!_raw_write_trylock(lock)) {
		if (platform_lock_held(lock))
			kapi_bug("write_lock: deadlock: this thread holds the lock %pS already", lock);
		relax(&spins);
	}
}
EXPORT_SYMBOL(_raw_write_lock);

void _raw_write_unlock(rwlock_t *lock)
{
	left(lock, "write_unlock");
	__atomic_store_n(&lock->readers, 0, __ATOMIC_RELEASE);
}
EXPORT_SYMBOL(_raw_write_unlock);
