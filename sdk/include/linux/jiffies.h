#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <linux/math.h>
#include <linux/types.h>

#define HZ 250

/** jiffies - ticks of 4 ms. They start five minutes before they wrap at 32 bits, as in Linux. */
extern unsigned long volatile jiffies;
#define get_jiffies_64() ((u64)jiffies)

#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_in_range(a, low, high) (time_after_eq(a, low) && time_before_eq(a, high))
#define time_after64(a, b) ((s64)((b) - (a)) < 0)
#define time_before64(a, b) time_after64(b, a)
#define time_is_before_jiffies(a) time_after(jiffies, a)
#define time_is_after_jiffies(a) time_before(jiffies, a)

/* Milli- and microseconds round up. */
#define msecs_to_jiffies(ms) ((unsigned long)DIV_ROUND_UP((u64)(ms) * HZ, 1000))
#define usecs_to_jiffies(us) ((unsigned long)DIV_ROUND_UP((u64)(us) * HZ, 1000000))
#define nsecs_to_jiffies(ns) ((unsigned long)((u64)(ns) / (1000000000 / HZ)))
#define nsecs_to_jiffies64(ns) ((u64)(ns) / (1000000000 / HZ))
#define jiffies_to_nsecs(j) ((u64)(j) * (1000000000 / HZ))
#define jiffies_to_msecs(j) ((unsigned int)((j) * (1000 / HZ)))
#define jiffies_to_usecs(j) ((unsigned int)((j) * (1000000 / HZ)))

#endif
