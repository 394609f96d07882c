// Tasklets: sdk/include/linux/interrupt.h.
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>

#include "api.h"
#include "sched/deferred.h"

static const struct owned_kind owned_tasklet = {
	.one = "scheduled tasklet",
	.many = "scheduled tasklets",
	.fate = "killed",
	.order = OWNED_CALLS,
	.take_away = deferred_take_away,
};

static struct deferred_queue *tasklets(void)
{
	static struct deferred_queue *queue;

	return kapi_queue(&queue, "ksoftirqd", 1, SOFTIRQ_OFFSET);
}

void tasklet_setup(struct tasklet_struct *tasklet, void (*callback)(struct tasklet_struct *))
{
	*tasklet = (struct tasklet_struct){ .use_callback = true, .callback = callback };
}
EXPORT_SYMBOL(tasklet_setup);

void tasklet_init(struct tasklet_struct *tasklet, void (*function)(unsigned long), unsigned long data)
{
	*tasklet = (struct tasklet_struct){ .func = function, .data = data };
}
EXPORT_SYMBOL(tasklet_init);

static void call_tasklet(void *key, const void *function)
{
	struct tasklet_struct *tasklet = key;

	__atomic_store_n(&tasklet->state, 1, __ATOMIC_SEQ_CST);
	/* While it is disabled it only notes that it was asked for; enabling it asks again. */
	if (atomic_read(&tasklet->count) || !__atomic_exchange_n(&tasklet->state, 0, __ATOMIC_SEQ_CST))
		return;
	if (tasklet->use_callback)
		tasklet->callback(tasklet);
	else
		tasklet->func(tasklet->data);
}

static void ask_for(struct tasklet_struct *tasklet, u64 when)
{
	struct deferred_call call = { &owned_tasklet, tasklet, call_tasklet, tasklet->func };

	deferred_add(tasklets(), &call, when, DEFERRED_KEEP);
}

void tasklet_schedule(struct tasklet_struct *tasklet)
{
	ask_for(tasklet, platform_monotonic());
}
EXPORT_SYMBOL(tasklet_schedule);

void tasklet_hi_schedule(struct tasklet_struct *tasklet)
{
	ask_for(tasklet, 0);
}
EXPORT_SYMBOL(tasklet_hi_schedule);

void tasklet_disable_nosync(struct tasklet_struct *tasklet)
{
	atomic_inc(&tasklet->count);
}
EXPORT_SYMBOL(tasklet_disable_nosync);

void tasklet_disable(struct tasklet_struct *tasklet)
{
	atomic_inc(&tasklet->count);
	while (deferred_running(tasklet))
		platform_yield();
}
EXPORT_SYMBOL(tasklet_disable);

void tasklet_enable(struct tasklet_struct *tasklet)
{
	if (atomic_dec_and_test(&tasklet->count) && __atomic_load_n(&tasklet->state, __ATOMIC_SEQ_CST))
		tasklet_schedule(tasklet);
}
EXPORT_SYMBOL(tasklet_enable);

void tasklet_kill(struct tasklet_struct *tasklet)
{
	kapi_may_sleep();
	deferred_cancel_sync(tasklet);
	tasklet->state = 0;
}
EXPORT_SYMBOL(tasklet_kill);
