#ifndef _LINUX_HRTIMER_H
#define _LINUX_HRTIMER_H

#include <linux/ktime.h>
#include <linux/timer.h>
#include <linux/types.h>

/* A timer in nanoseconds. Source: include/linux/hrtimer.h, kernel/time/hrtimer.c. */
enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };
enum hrtimer_mode {
	HRTIMER_MODE_ABS = 0,
	HRTIMER_MODE_REL = 1,
	HRTIMER_MODE_PINNED = 2,
	HRTIMER_MODE_SOFT = 4,
	HRTIMER_MODE_ABS_PINNED = 2,
	HRTIMER_MODE_REL_PINNED = 3,
	HRTIMER_MODE_ABS_SOFT = 4,
	HRTIMER_MODE_REL_SOFT = 5,
};

#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_BOOTTIME 7

struct hrtimer {
	ktime_t expires;	/* of its clock */
	/* May not sleep; HRTIMER_RESTART: again, at what hrtimer_forward() has set. */
	enum hrtimer_restart (*function)(struct hrtimer *timer);
	int clock;
};

/** hrtimer_init, hrtimer_setup - a timer that is not set; then set `function`. Context: any. */
static inline void hrtimer_init(struct hrtimer *timer, int clock, enum hrtimer_mode mode)
{
	timer->expires = 0;
	timer->function = NULL;
	timer->clock = clock;
}

static inline void hrtimer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *),
				 int clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}

/** hrtimer_start - sets it, or sets it anew, to a time from now (REL) or of its clock (ABS). Any. */
void hrtimer_start(struct hrtimer *timer, ktime_t time, enum hrtimer_mode mode);
#define hrtimer_start_range_ns(timer, time, slack, mode) hrtimer_start(timer, time, mode)
static inline void hrtimer_restart(struct hrtimer *timer)
{
	hrtimer_start(timer, timer->expires, HRTIMER_MODE_ABS);
}
/** hrtimer_cancel - not any more, and waits while it runs: 1 if it was set. hrtimer_try_to_cancel:
 * -1 if it runs. */
int hrtimer_cancel(struct hrtimer *timer);
int hrtimer_try_to_cancel(struct hrtimer *timer);
/** hrtimer_active - whether it is set or runs; hrtimer_is_queued - is set. Context: any. */
bool hrtimer_active(const struct hrtimer *timer);
bool hrtimer_is_queued(struct hrtimer *timer);
/** hrtimer_forward - moves `expires` on by intervals until it lies behind `now`: by how many. */
u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval);
ktime_t hrtimer_cb_get_time(const struct hrtimer *timer);
#define hrtimer_forward_now(timer, interval) \
	hrtimer_forward(timer, hrtimer_cb_get_time(timer), interval)
#define hrtimer_get_expires(timer) ((timer)->expires)
#define hrtimer_set_expires(timer, time) ((void)((timer)->expires = (time)))
#define hrtimer_get_remaining(timer) ((timer)->expires - hrtimer_cb_get_time(timer))

#endif
