// Reading without a lock: sdk/include/linux/rcupdate.h.
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "api.h"
#include "sched/deferred.h"

/*
 * Readers count themselves in the half that was current when they came. Who waits makes the other
 * half current and waits for the old one, twice: a reader that had read the old number but not
 * counted yet is seen by the second round.
 */
static atomic_t readers[2];
static int current_half;
static DEFINE_MUTEX(synchronizing);

static __thread int nesting;
static __thread int my_half;

static const struct owned_kind owned_callback = {
	.one = "RCU callback",
	.many = "RCU callbacks",
	.fate = "called",
	.order = OWNED_CALLS,
	.take_away = deferred_take_away,
};

static struct deferred_queue *callbacks(void)
{
	static struct deferred_queue *queue;

	return kapi_queue(&queue, "rcu", 1, 0);
}

void rcu_read_lock(void)
{
	++*platform_atomic_depth();
	if (nesting++)
		return;
	my_half = __atomic_load_n(&current_half, __ATOMIC_SEQ_CST);
	atomic_inc(&readers[my_half]);
}
EXPORT_SYMBOL(rcu_read_lock);

void rcu_read_unlock(void)
{
	if (!nesting)
		kapi_bug("rcu_read_unlock: this thread is not reading");
	if (!--nesting)
		atomic_dec(&readers[my_half]);
	--*platform_atomic_depth();
}
EXPORT_SYMBOL(rcu_read_unlock);

bool rcu_read_lock_held(void)
{
	return nesting != 0;
}
EXPORT_SYMBOL(rcu_read_lock_held);

void synchronize_rcu(void)
{
	int round;

	kapi_may_sleep();
	mutex_lock(&synchronizing);
	for (round = 0; round < 2; round++) {
		int old = current_half;

		__atomic_store_n(&current_half, !old, __ATOMIC_SEQ_CST);
		while (atomic_read_acquire(&readers[old]))
			platform_sleep(50000);
	}
	mutex_unlock(&synchronizing);
}
EXPORT_SYMBOL(synchronize_rcu);

static void call_back(void *head, const void *function)
{
	void (*call)(struct rcu_head *head) = function;

	synchronize_rcu();
	call(head);
}

void call_rcu(struct rcu_head *head, void (*function)(struct rcu_head *head))
{
	struct deferred_call call = { &owned_callback, head, call_back, function };

	deferred_add(callbacks(), &call, platform_monotonic(), DEFERRED_KEEP);
}
EXPORT_SYMBOL(call_rcu);

static void free_later(void *head, const void *offset)
{
	synchronize_rcu();
	kfree((char *)head - (unsigned long)offset);
}

void __kmodern_kfree_rcu(struct rcu_head *head, unsigned long offset)
{
	struct deferred_call call = { &owned_callback, head, free_later, (const void *)offset };

	deferred_add(callbacks(), &call, platform_monotonic(), DEFERRED_KEEP);
}
EXPORT_SYMBOL(__kmodern_kfree_rcu);

void rcu_barrier(void)
{
	kapi_may_sleep();
	deferred_flush_queue(callbacks());
}
EXPORT_SYMBOL(rcu_barrier);
