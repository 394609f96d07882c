// Work queues: sdk/include/linux/workqueue.h.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "api.h"
#include "sched/deferred.h"

struct workqueue_struct {
	struct deferred_queue *queue;
	char name[24];
};

/* Threads of one queue: more work that sleeps at the same time waits for them. */
#define MOST_THREADS 64

static const struct owned_kind owned_work = {
	.one = "pending work",
	.many = "pieces of pending work",
	.fate = "cancelled",
	.order = OWNED_CALLS,
	.take_away = deferred_take_away,
};

static int take_away_workqueue(void *queue)
{
	destroy_workqueue(queue);
	return 0;
}

/* Behind the work that is in them. */
static const struct owned_kind owned_workqueue = {
	.one = "work queue",
	.many = "work queues",
	.fate = "destroyed",
	.order = OWNED_HOLDS,
	.take_away = take_away_workqueue,
};

struct deferred_queue *kapi_queue(struct deferred_queue **queue, const char *name, unsigned int threads,
				  int preempt_count)
{
	struct deferred_queue *known = __atomic_load_n(queue, __ATOMIC_ACQUIRE), *fresh;

	if (known)
		return known;
	fresh = deferred_queue_new(name, threads, preempt_count);
	if (__atomic_compare_exchange_n(queue, &known, fresh, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return fresh;
	deferred_queue_delete(fresh);
	return known;
}

u64 kapi_in_jiffies(unsigned long delay)
{
	u64 tick = NSEC_PER_SEC / HZ;

	BUILD_BUG_ON(HZ != platform_hz);
	if (!delay)
		return platform_monotonic();
	return platform_next_tick() + min((u64)delay - 1, U64_MAX / 4 / tick) * tick;
}

struct workqueue_struct *__kmodern_system_wq(void)
{
	static struct workqueue_struct system = { .name = "events" };

	kapi_queue(&system.queue, "kworker", MOST_THREADS, 0);
	return &system;
}
EXPORT_SYMBOL(__kmodern_system_wq);

struct workqueue_struct *alloc_workqueue(const char *namefmt, unsigned int flags, int max_active, ...)
{
	struct workqueue_struct *queue;
	va_list args;

	kapi_may_sleep();
	queue = platform_alloc(sizeof(*queue), ARCH_KMALLOC_MINALIGN, true);
	if (!queue)
		return NULL;
	va_start(args, max_active);
	vsnprintf(queue->name, sizeof(queue->name), namefmt, args);
	va_end(args);
	if (!max_active)
		max_active = WQ_DFL_ACTIVE;
	queue->queue = deferred_queue_new(queue->name, clamp(max_active, 1, MOST_THREADS), 0);
	owned_acquire(&owned_workqueue, queue, queue->name, NULL, 0);
	return queue;
}
EXPORT_SYMBOL(alloc_workqueue);

void destroy_workqueue(struct workqueue_struct *queue)
{
	kapi_may_sleep();
	owned_release(&owned_workqueue, queue);
	deferred_queue_delete(queue->queue);
	platform_free(queue);
}
EXPORT_SYMBOL(destroy_workqueue);

static void call_work(void *key, const void *function)
{
	work_func_t call = function;

	call(key);
}

static bool queue_at(struct workqueue_struct *queue, struct work_struct *work, u64 when,
		     enum deferred_if_pending if_pending)
{
	struct deferred_call call = { &owned_work, work, call_work, work->func };

	if (!work->func)
		kapi_bug("queue_work: the work %pS has no function: INIT_WORK() sets it", work);
	return deferred_add(queue->queue, &call, when, if_pending);
}

bool queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
	return !queue_at(queue, work, platform_monotonic(), DEFERRED_KEEP);
}
EXPORT_SYMBOL(queue_work);

bool queue_delayed_work(struct workqueue_struct *queue, struct delayed_work *work, unsigned long delay)
{
	work->wq = queue;
	return !queue_at(queue, &work->work, kapi_in_jiffies(delay), DEFERRED_KEEP);
}
EXPORT_SYMBOL(queue_delayed_work);

bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *work, unsigned long delay)
{
	work->wq = queue;
	return queue_at(queue, &work->work, kapi_in_jiffies(delay), DEFERRED_MOVE);
}
EXPORT_SYMBOL(mod_delayed_work);

bool flush_work(struct work_struct *work)
{
	kapi_may_sleep();
	return deferred_flush(work);
}
EXPORT_SYMBOL(flush_work);

bool flush_delayed_work(struct delayed_work *work)
{
	kapi_may_sleep();
	deferred_hurry(&work->work);
	return deferred_flush(&work->work);
}
EXPORT_SYMBOL(flush_delayed_work);

void flush_workqueue(struct workqueue_struct *queue)
{
	kapi_may_sleep();
	deferred_flush_queue(queue->queue);
}
EXPORT_SYMBOL(flush_workqueue);

void drain_workqueue(struct workqueue_struct *queue)
{
	kapi_may_sleep();
	while (deferred_flush_queue(queue->queue))
		;
}
EXPORT_SYMBOL(drain_workqueue);

bool cancel_work_sync(struct work_struct *work)
{
	kapi_may_sleep();
	return deferred_cancel_sync(work);
}
EXPORT_SYMBOL(cancel_work_sync);

bool cancel_delayed_work_sync(struct delayed_work *work)
{
	return cancel_work_sync(&work->work);
}
EXPORT_SYMBOL(cancel_delayed_work_sync);

bool cancel_work(struct work_struct *work)
{
	return deferred_cancel(work);
}
EXPORT_SYMBOL(cancel_work);

bool cancel_delayed_work(struct delayed_work *work)
{
	return deferred_cancel(&work->work);
}
EXPORT_SYMBOL(cancel_delayed_work);

unsigned int work_busy(struct work_struct *work)
{
	return (deferred_pending(work) ? WORK_BUSY_PENDING : 0) |
	       (deferred_running(work) ? WORK_BUSY_RUNNING : 0);
}
EXPORT_SYMBOL(work_busy);
