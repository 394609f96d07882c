// Interrupts: sdk/include/linux/interrupt.h. Handlers are called by a thread of the kernel's.
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "api.h"
#include "kernel/irq.h"
#include "sched/deferred.h"

#define TRIGGERS (IRQF_TRIGGER_RISING | IRQF_TRIGGER_FALLING | IRQF_TRIGGER_HIGH | IRQF_TRIGGER_LOW)

struct action {
	struct list_head list;
	unsigned int irq;
	unsigned long flags;
	irq_handler_t handler;
	irq_handler_t thread_fn;
	void *dev_id;
	const char *name;
	bool waits;		/* came while it was disabled */
	char thread;		/* its address is the key of thread_fn's calls */
};

static LIST_HEAD(actions);
static int disabled[IRQ_COUNT];
static DEFINE_SPINLOCK(lock);	/* over all of these */

static int take_irq_away(void *thing);

static const struct owned_kind owned_irq = {
	.one = "interrupt handler", .many = "interrupt handlers", .fate = "freed", .order = OWNED_CALLS,
	.take_away = take_irq_away,
};
static const struct owned_kind owned_call = {
	.one = "call of an interrupt handler", .many = "calls of interrupt handlers", .fate = "cancelled",
	.order = OWNED_CALLS, .take_away = deferred_take_away,
};

static struct deferred_queue *interrupts(void)
{
	static struct deferred_queue *queue;

	return kapi_queue(&queue, "irq", 1, HARDIRQ_OFFSET);
}

static struct deferred_queue *irq_threads(void)
{
	static struct deferred_queue *queue;

	return kapi_queue(&queue, "irq-thread", 4, 0);
}

static void call_thread(void *key, const void *function)
{
	struct action *action = container_of((char *)key, struct action, thread);

	action->thread_fn(action->irq, action->dev_id);
}

static void wake_thread(struct action *action)
{
	struct deferred_call call = { &owned_call, &action->thread, call_thread, action->thread_fn };

	deferred_add(irq_threads(), &call, platform_monotonic(), DEFERRED_KEEP);
}

static void call_handler(void *key, const void *function)
{
	struct action *action = key;

	if (!action->handler || action->handler(action->irq, action->dev_id) == IRQ_WAKE_THREAD)
		if (action->thread_fn)
			wake_thread(action);
}

/* Under the lock. */
static void ask_for(struct action *action)
{
	struct deferred_call call = { &owned_call, action, call_handler, action->handler ?: action->thread_fn };

	action->waits = disabled[action->irq];
	if (!action->waits)
		deferred_add(interrupts(), &call, platform_monotonic(), DEFERRED_KEEP);
}

void irq_raise(unsigned int irq, unsigned long trigger)
{
	struct action *action;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	list_for_each_entry(action, &actions, list)
		if (action->irq == irq && action->flags & trigger)
			ask_for(action);
	spin_unlock_irqrestore(&lock, flags);
}

/* Whether another one may have the interrupt beside those that do. Under the lock. */
static bool shareable(const struct action *fresh)
{
	struct action *action;

	list_for_each_entry(action, &actions, list)
		if (action->irq == fresh->irq && !(action->flags & fresh->flags & IRQF_SHARED))
			return false;
	return true;
}

int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn, unsigned long flags,
			 const char *name, void *dev_id)
{
	struct action *action;
	unsigned long state;
	bool free;

	kapi_may_sleep();
	if (irq >= IRQ_COUNT || (!handler && !thread_fn) || (flags & IRQF_SHARED && !dev_id))
		return -EINVAL;
	action = platform_alloc(sizeof(*action), 16, true);
	if (!action)
		return -ENOMEM;
	*action = (struct action){ .irq = irq, .flags = flags, .handler = handler, .thread_fn = thread_fn,
				   .dev_id = dev_id, .name = name };
	/* As the line is set up: here, to change either way. */
	if (!(flags & TRIGGERS))
		action->flags |= TRIGGERS;
	spin_lock_irqsave(&lock, state);
	free = shareable(action);
	if (free)
		list_add_tail(&action->list, &actions);
	spin_unlock_irqrestore(&lock, state);
	if (!free) {
		platform_free(action);
		return -EBUSY;
	}
	owned_acquire(&owned_irq, action, name, handler ?: thread_fn, 0);
	return 0;
}
EXPORT_SYMBOL(request_threaded_irq);

static void end(struct action *action)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	list_del(&action->list);
	spin_unlock_irqrestore(&lock, flags);
	deferred_cancel_sync(action);
	deferred_cancel_sync(&action->thread);
	platform_free(action);
}

static int take_irq_away(void *thing)
{
	end(thing);
	return 0;
}

static struct action *find(unsigned int irq, const void *dev_id)
{
	struct action *action, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	list_for_each_entry(action, &actions, list)
		if (action->irq == irq && action->dev_id == dev_id)
			found = action;
	spin_unlock_irqrestore(&lock, flags);
	return found;
}

const void *free_irq(unsigned int irq, void *dev_id)
{
	struct action *action = find(irq, dev_id);
	const char *name;

	kapi_may_sleep();
	if (!action) {
		pr_warn("Trying to free already-free IRQ %u\n", irq);
		return NULL;
	}
	name = action->name;
	owned_release(&owned_irq, action);
	end(action);
	return name;
}
EXPORT_SYMBOL(free_irq);

void synchronize_irq(unsigned int irq)
{
	kapi_may_sleep();
	/* All come by one queue. */
	deferred_flush_queue(interrupts());
	deferred_flush_queue(irq_threads());
}
EXPORT_SYMBOL(synchronize_irq);

void disable_irq_nosync(unsigned int irq)
{
	unsigned long flags;

	if (irq >= IRQ_COUNT)
		return;
	spin_lock_irqsave(&lock, flags);
	disabled[irq]++;
	spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL(disable_irq_nosync);

void disable_irq(unsigned int irq)
{
	disable_irq_nosync(irq);
	synchronize_irq(irq);
}
EXPORT_SYMBOL(disable_irq);

void enable_irq(unsigned int irq)
{
	struct action *action;
	unsigned long flags;

	if (irq >= IRQ_COUNT)
		return;
	spin_lock_irqsave(&lock, flags);
	if (!disabled[irq])
		pr_warn("Unbalanced enable for IRQ %u\n", irq);
	else if (!--disabled[irq])
		list_for_each_entry(action, &actions, list)
			if (action->irq == irq && action->waits)
				ask_for(action);
	spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL(enable_irq);
