#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <linux/container_of.h>
#include <linux/hardirq.h>
#include <linux/irqreturn.h>
#include <linux/types.h>

typedef irqreturn_t (*irq_handler_t)(int irq, void *dev_id);

#define IRQF_TRIGGER_NONE 0x0
#define IRQF_TRIGGER_RISING 0x1
#define IRQF_TRIGGER_FALLING 0x2
#define IRQF_TRIGGER_HIGH 0x4
#define IRQF_TRIGGER_LOW 0x8
#define IRQF_SHARED 0x80
#define IRQF_ONESHOT 0x2000
#define IRQF_NO_SUSPEND 0x4000

/**
 * request_irq, request_threaded_irq - has `handler` called where it may not sleep when that interrupt
 * comes, and then, if it gives IRQ_WAKE_THREAD, `thread_fn` where it may
 * @handler: NULL: only thread_fn; @flags: IRQF_*; @dev_id: what the handler gets, not NULL if shared
 *
 * Interrupts come from GPIO lines alone (linux/gpio.h), one at a time; of a line that changes again
 * while its handler is still to be called it is called once. Context: may sleep. Returns 0; -EINVAL
 * for a number that is none; -EBUSY if somebody has it and one of both does not share; -ENOMEM.
 * Source: kernel/irq/manage.c.
 */
int __must_check request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn,
				      unsigned long flags, const char *name, void *dev_id);

static inline int __must_check request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags,
					   const char *name, void *dev_id)
{
	return request_threaded_irq(irq, handler, NULL, flags, name, dev_id);
}

/** free_irq - not any more, and waits while they run: the name. NULL if nobody asked. May sleep. */
const void *free_irq(unsigned int irq, void *dev_id);
/** synchronize_irq - waits while the handlers of an interrupt are to be called or run. May sleep. */
void synchronize_irq(unsigned int irq);
/** disable_irq, enable_irq - what comes between waits until then; disable_irq waits as synchronize_irq. */
void disable_irq(unsigned int irq);
void disable_irq_nosync(unsigned int irq);
void enable_irq(unsigned int irq);

/*
 * A function that is called soon, once for all times that it was asked for, where it may not sleep.
 * One tasklet runs at a time. Source: include/linux/interrupt.h, kernel/softirq.c.
 */
struct tasklet_struct {
	struct tasklet_struct *next;	/* not used */
	unsigned long state;		/* that it was asked for while it was disabled */
	atomic_t count;			/* how often it is disabled */
	bool use_callback;
	union {
		void (*func)(unsigned long data);
		void (*callback)(struct tasklet_struct *tasklet);
	};
	unsigned long data;
};

#define DECLARE_TASKLET(name, function) \
	struct tasklet_struct name = { .use_callback = true, .callback = (function) }
#define DECLARE_TASKLET_DISABLED(name, function) \
	struct tasklet_struct name = { .count = { 1 }, .use_callback = true, .callback = (function) }
#define DECLARE_TASKLET_OLD(name, function) struct tasklet_struct name = { .func = (function) }
#define DECLARE_TASKLET_DISABLED_OLD(name, function) \
	struct tasklet_struct name = { .count = { 1 }, .func = (function) }
#define from_tasklet(var, tasklet, member) container_of(tasklet, typeof(*(var)), member)

/** tasklet_setup, tasklet_init - a tasklet that is not scheduled. Context of all but kill: any. */
void tasklet_setup(struct tasklet_struct *tasklet, void (*callback)(struct tasklet_struct *));
void tasklet_init(struct tasklet_struct *tasklet, void (*function)(unsigned long), unsigned long data);
/** tasklet_schedule - has it called; _hi_: before those that are not. */
void tasklet_schedule(struct tasklet_struct *tasklet);
void tasklet_hi_schedule(struct tasklet_struct *tasklet);
/** tasklet_disable - it is not called until tasklet_enable(); waits while it runs (_nosync: not). */
void tasklet_disable(struct tasklet_struct *tasklet);
void tasklet_disable_nosync(struct tasklet_struct *tasklet);
#define tasklet_unlock_wait(tasklet) do { } while (0)
void tasklet_enable(struct tasklet_struct *tasklet);
/** tasklet_kill - not any more, and waits while it runs. May sleep. */
void tasklet_kill(struct tasklet_struct *tasklet);

#endif
