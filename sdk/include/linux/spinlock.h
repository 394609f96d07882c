#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/rwlock.h>
#include <linux/types.h>

/*
 * A lock whose waiters spin. While it is held the thread must not sleep: mutex_lock, msleep,
 * kmalloc(GFP_KERNEL), copy_to_user warn as Linux does. All zero is unlocked.
 * There are no interrupts here: the _irq, _irqsave and _bh kinds are the plain one.
 * Source: include/linux/spinlock.h.
 */
typedef struct spinlock {
	int state;
	int owner;
} spinlock_t;
typedef struct spinlock raw_spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name) { 0, 0 }
#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_RAW_SPINLOCK(name) DEFINE_SPINLOCK(name)

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->state = 0;
	lock->owner = 0;
}

void _raw_spin_lock(spinlock_t *lock);
int _raw_spin_trylock(spinlock_t *lock);
void _raw_spin_unlock(spinlock_t *lock);

#define spin_lock(lock) _raw_spin_lock(lock)
#define spin_trylock(lock) _raw_spin_trylock(lock)
#define spin_unlock(lock) _raw_spin_unlock(lock)
#define spin_is_locked(lock) (READ_ONCE((lock)->state) != 0)
#define spin_lock_bh(lock) _raw_spin_lock(lock)
#define spin_unlock_bh(lock) _raw_spin_unlock(lock)
#define spin_lock_irq(lock) _raw_spin_lock(lock)
#define spin_unlock_irq(lock) _raw_spin_unlock(lock)
#define spin_lock_irqsave(lock, flags) do { (flags) = 0; _raw_spin_lock(lock); } while (0)
#define spin_trylock_irqsave(lock, flags) ({ (flags) = 0; _raw_spin_trylock(lock); })
#define spin_unlock_irqrestore(lock, flags) do { (void)(flags); _raw_spin_unlock(lock); } while (0)

#define raw_spin_lock_init(lock) spin_lock_init(lock)
#define raw_spin_lock(lock) _raw_spin_lock(lock)
#define raw_spin_unlock(lock) _raw_spin_unlock(lock)
#define raw_spin_lock_irq(lock) spin_lock_irq(lock)
#define raw_spin_unlock_irq(lock) spin_unlock_irq(lock)
#define raw_spin_trylock(lock) spin_trylock(lock)
#define spin_trylock_bh(lock) spin_trylock(lock)
#define spin_trylock_irq(lock) spin_trylock(lock)
#define spin_lock_nested(lock, subclass) spin_lock(lock)
#define assert_spin_locked(lock) BUG_ON(!spin_is_locked(lock))
#define raw_spin_lock_irqsave(lock, flags) spin_lock_irqsave(lock, flags)
#define raw_spin_unlock_irqrestore(lock, flags) spin_unlock_irqrestore(lock, flags)

#endif
