#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <linux/container_of.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/types.h>

/*
 * A function that is called once, at or after `expires` (jiffies), where it may not sleep. It may
 * set its timer again. Source: include/linux/timer.h, kernel/time/timer.c.
 */
struct timer_list {
	unsigned long expires;
	void (*function)(struct timer_list *timer);
	u32 flags;
};

#define TIMER_DEFERRABLE 0x00080000
#define TIMER_PINNED 0x00100000
#define TIMER_IRQSAFE 0x00200000

#define __TIMER_INITIALIZER(its_function, its_flags) { 0, (its_function), (its_flags) }
#define DEFINE_TIMER(name, function) struct timer_list name = __TIMER_INITIALIZER(function, 0)

/** timer_setup - a timer that is not set. Context: any. */
static inline void timer_setup(struct timer_list *timer, void (*function)(struct timer_list *),
			       unsigned int flags)
{
	timer->expires = 0;
	timer->function = function;
	timer->flags = flags;
}

#define timer_setup_on_stack(timer, function, flags) timer_setup(timer, function, flags)
#define destroy_timer_on_stack(timer) ((void)(timer))
/* The structure that a timer stands in, as `var` is declared. */
#define from_timer(var, timer, member) container_of(timer, typeof(*(var)), member)

/** mod_timer - sets it, or sets it anew: 1 if it was pending. timer_reduce: only to an earlier time. */
int mod_timer(struct timer_list *timer, unsigned long expires);
int mod_timer_pending(struct timer_list *timer, unsigned long expires);
int timer_reduce(struct timer_list *timer, unsigned long expires);
/** add_timer - sets one that is not pending, to its `expires`; else it ends the call as BUG(). */
void add_timer(struct timer_list *timer);
#define add_timer_on(timer, cpu) ((void)(cpu), add_timer(timer))
/** del_timer - not any more: 1 if it was pending. Its function may run still. Context of all: any. */
int del_timer(struct timer_list *timer);
#define timer_delete(timer) del_timer(timer)
/** del_timer_sync - the same, and waits until it does not; the timer cannot be set meanwhile.
 * Context: not in the timer's own function. timer_shutdown: the same, and it is never set again. */
int del_timer_sync(struct timer_list *timer);
#define timer_delete_sync(timer) del_timer_sync(timer)
#define del_singleshot_timer_sync(timer) del_timer_sync(timer)
#define try_to_del_timer_sync(timer) del_timer_sync(timer)
int timer_shutdown(struct timer_list *timer);
int timer_shutdown_sync(struct timer_list *timer);
/** timer_pending - whether it is set. Context: any. */
int timer_pending(const struct timer_list *timer);

#define round_jiffies(j) roundup(j, HZ)
#define round_jiffies_relative(j) (round_jiffies((j) + jiffies) - jiffies)

#endif
