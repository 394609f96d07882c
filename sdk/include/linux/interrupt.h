#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <linux/container_of.h>
#include <linux/hardirq.h>
#include <linux/irqreturn.h>
#include <linux/types.h>

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
