// Timers and high resolution timers: sdk/include/linux/timer.h, hrtimer.h.
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/timer.h>

#include "api.h"
#include "sched/deferred.h"

static const struct owned_kind owned_timer = {
	.one = "timer",
	.many = "timers",
	.fate = "deleted",
	.order = OWNED_CALLS,
	.take_away = deferred_take_away,
};

static const struct owned_kind owned_hrtimer = {
	.one = "hrtimer",
	.many = "hrtimers",
	.fate = "cancelled",
	.order = OWNED_CALLS,
	.take_away = deferred_take_away,
};

static struct deferred_queue *timers(void)
{
	static struct deferred_queue *queue;

	return kapi_queue(&queue, "ktimers", 1, SOFTIRQ_OFFSET);
}

/* The time at which jiffies gets that value. */
static u64 time_of(unsigned long expires)
{
	long ahead = expires - platform_jiffies();

	return kapi_in_jiffies(max(ahead, 0L));
}

static void call_timer(void *key, const void *function)
{
	void (*call)(struct timer_list *timer) = function;

	call(key);
}

static int set(struct timer_list *timer, unsigned long expires)
{
	struct deferred_call call = { &owned_timer, timer, call_timer, timer->function };

	/* Of one that was shut down. */
	if (!timer->function)
		return 0;
	timer->expires = expires;
	return deferred_add(timers(), &call, time_of(expires), DEFERRED_MOVE);
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	return set(timer, expires);
}
EXPORT_SYMBOL(mod_timer);

int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	return deferred_pending(timer) ? set(timer, expires) : 0;
}
EXPORT_SYMBOL(mod_timer_pending);

int timer_reduce(struct timer_list *timer, unsigned long expires)
{
	if (deferred_pending(timer) && time_before_eq(timer->expires, expires))
		return 1;
	return set(timer, expires);
}
EXPORT_SYMBOL(timer_reduce);

void add_timer(struct timer_list *timer)
{
	if (deferred_pending(timer))
		kapi_bug("add_timer: the timer %pS is pending already", timer);
	set(timer, timer->expires);
}
EXPORT_SYMBOL(add_timer);

int del_timer(struct timer_list *timer)
{
	return deferred_cancel(timer);
}
EXPORT_SYMBOL(del_timer);

int del_timer_sync(struct timer_list *timer)
{
	return deferred_cancel_sync(timer);
}
EXPORT_SYMBOL(del_timer_sync);

int timer_shutdown(struct timer_list *timer)
{
	timer->function = NULL;
	return deferred_cancel(timer);
}
EXPORT_SYMBOL(timer_shutdown);

int timer_shutdown_sync(struct timer_list *timer)
{
	timer->function = NULL;
	return deferred_cancel_sync(timer);
}
EXPORT_SYMBOL(timer_shutdown_sync);

int timer_pending(const struct timer_list *timer)
{
	return deferred_pending(timer);
}
EXPORT_SYMBOL(timer_pending);

ktime_t hrtimer_cb_get_time(const struct hrtimer *timer)
{
	return timer->clock == CLOCK_REALTIME ? ktime_get_real() : ktime_get();
}
EXPORT_SYMBOL(hrtimer_cb_get_time);

static void start(struct hrtimer *timer);

static void call_hrtimer(void *key, const void *function)
{
	enum hrtimer_restart (*call)(struct hrtimer *timer) = function;

	if (call(key) == HRTIMER_RESTART)
		start(key);
}

static void start(struct hrtimer *timer)
{
	struct deferred_call call = { &owned_hrtimer, timer, call_hrtimer, timer->function };
	s64 ahead = hrtimer_get_remaining(timer);

	deferred_add(timers(), &call, platform_monotonic() + max(ahead, 0LL), DEFERRED_MOVE);
}

void hrtimer_start(struct hrtimer *timer, ktime_t time, enum hrtimer_mode mode)
{
	timer->expires = mode & HRTIMER_MODE_REL ? hrtimer_cb_get_time(timer) + time : time;
	start(timer);
}
EXPORT_SYMBOL(hrtimer_start);

int hrtimer_cancel(struct hrtimer *timer)
{
	return deferred_cancel_sync(timer);
}
EXPORT_SYMBOL(hrtimer_cancel);

int hrtimer_try_to_cancel(struct hrtimer *timer)
{
	return deferred_running(timer) ? -1 : deferred_cancel(timer);
}
EXPORT_SYMBOL(hrtimer_try_to_cancel);

bool hrtimer_active(const struct hrtimer *timer)
{
	return deferred_pending(timer) || deferred_running(timer);
}
EXPORT_SYMBOL(hrtimer_active);

bool hrtimer_is_queued(struct hrtimer *timer)
{
	return deferred_pending(timer);
}
EXPORT_SYMBOL(hrtimer_is_queued);

u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)
{
	u64 steps;

	if (now < timer->expires || interval <= 0)
		return 0;
	steps = (u64)(now - timer->expires) / interval + 1;
	timer->expires += steps * interval;
	return steps;
}
EXPORT_SYMBOL(hrtimer_forward);
