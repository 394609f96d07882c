#ifndef _LINUX_KTIME_H
#define _LINUX_KTIME_H

#include <linux/jiffies.h>
#include <linux/types.h>

#define NSEC_PER_SEC 1000000000L
#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_USEC 1000L
#define USEC_PER_SEC 1000000L
#define MSEC_PER_SEC 1000L

typedef s64 ktime_t;

/** ktime_get - nanoseconds that only go forward; ktime_get_real - since 1970. Context: any. */
ktime_t ktime_get(void);
ktime_t ktime_get_real(void);
#define ktime_get_ns() ((u64)ktime_get())
#define ktime_get_real_ns() ((u64)ktime_get_real())
#define ktime_get_boottime() ktime_get()
#define ktime_get_raw() ktime_get()
#define ktime_get_boottime_ns() ktime_get_ns()
#define ktime_get_seconds() ((time64_t)(ktime_get() / NSEC_PER_SEC))
#define ktime_get_real_seconds() ((time64_t)(ktime_get_real() / NSEC_PER_SEC))
#define ktime_sub(a, b) ((a) - (b))
#define ktime_add(a, b) ((a) + (b))
#define ktime_to_ns(t) (t)
#define ktime_to_us(t) ((t) / NSEC_PER_USEC)
#define ktime_to_ms(t) ((t) / NSEC_PER_MSEC)
#define ktime_set(seconds, nanoseconds) ((ktime_t)(seconds) * NSEC_PER_SEC + (ktime_t)(nanoseconds))
#define ms_to_ktime(ms) ((ktime_t)(ms) * NSEC_PER_MSEC)
#define us_to_ktime(us) ((ktime_t)(us) * NSEC_PER_USEC)
#define ns_to_ktime(ns) ((ktime_t)(ns))
#define ktime_add_ns(t, ns) ((t) + (ns))
#define ktime_add_us(t, us) ((t) + (us) * NSEC_PER_USEC)
#define ktime_add_ms(t, ms) ((t) + (ms) * NSEC_PER_MSEC)
#define ktime_sub_ns(t, ns) ((t) - (ns))
#define ktime_compare(a, b) ((a) < (b) ? -1 : (a) > (b))
#define ktime_before(a, b) ((a) < (b))
#define ktime_after(a, b) ((a) > (b))
#define KTIME_MAX ((s64)~(1ULL << 63))
#define ktime_us_delta(a, b) ktime_to_us(ktime_sub(a, b))
#define ktime_ms_delta(a, b) ktime_to_ms(ktime_sub(a, b))

/* A point in time in seconds and nanoseconds; source: include/linux/time64.h, timekeeping.h. */
struct timespec64 {
	time64_t tv_sec;
	long tv_nsec;
};

static inline struct timespec64 ns_to_timespec64(s64 ns)
{
	struct timespec64 time = { ns / NSEC_PER_SEC, ns % NSEC_PER_SEC };

	if (time.tv_nsec < 0) {
		time.tv_sec--;
		time.tv_nsec += NSEC_PER_SEC;
	}
	return time;
}

static inline s64 timespec64_to_ns(const struct timespec64 *time)
{
	return time->tv_sec * NSEC_PER_SEC + time->tv_nsec;
}

#define ktime_to_timespec64(t) ns_to_timespec64(t)
#define timespec64_to_ktime(time) ((ktime_t)timespec64_to_ns(&(time)))
/** mktime64 - seconds since 1970 of a date and time in UTC; month and day count from 1. Context: any. */
time64_t mktime64(const unsigned int year, const unsigned int month, const unsigned int day,
		  const unsigned int hour, const unsigned int minute, const unsigned int second);
/** ktime_get_ts64, ktime_get_real_ts64 - ktime_get() and ktime_get_real() as such; coarse: the same. */
#define ktime_get_ts64(time) ((void)(*(time) = ns_to_timespec64(ktime_get())))
#define ktime_get_real_ts64(time) ((void)(*(time) = ns_to_timespec64(ktime_get_real())))
#define ktime_get_coarse_real_ts64(time) ktime_get_real_ts64(time)
#define ktime_get_coarse_ts64(time) ktime_get_ts64(time)

#endif
