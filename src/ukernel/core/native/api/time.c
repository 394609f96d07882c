// Time and waiting: sdk/include/linux/jiffies.h, delay.h, ktime.h.
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#include "api.h"
#include "deferred.h"

#define TICK (NSEC_PER_SEC / HZ)

/* When jiffies began: the first to ask sets it, once. */
static u64 start_of_time(void)
{
	static u64 start;
	u64 now = platform_monotonic(), none = 0;

	__atomic_compare_exchange_n(&start, &none, now, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	return READ_ONCE(start);
}

unsigned long __kmodern_jiffies(void)
{
	u64 start = start_of_time(), now = platform_monotonic();

	return (unsigned int)(-300 * HZ) + (now - min(now, start)) / TICK;
}
EXPORT_SYMBOL(__kmodern_jiffies);

u64 kapi_next_tick(u64 now)
{
	u64 start = start_of_time();

	return start + ((now - min(now, start)) / TICK + 1) * TICK;
}

ktime_t ktime_get(void)
{
	return platform_monotonic();
}
EXPORT_SYMBOL(ktime_get);

ktime_t ktime_get_real(void)
{
	return platform_realtime();
}
EXPORT_SYMBOL(ktime_get_real);

void usleep_range(unsigned long low, unsigned long high)
{
	kapi_may_sleep();
	platform_sleep((u64)low * NSEC_PER_USEC);
}
EXPORT_SYMBOL(usleep_range);

void msleep(unsigned int ms)
{
	kapi_may_sleep();
	platform_sleep((u64)ms * NSEC_PER_MSEC);
}
EXPORT_SYMBOL(msleep);

unsigned long msleep_interruptible(unsigned int ms)
{
	return jiffies_to_msecs(schedule_timeout_interruptible(msecs_to_jiffies(ms) + 1));
}
EXPORT_SYMBOL(msleep_interruptible);

void __ndelay(unsigned long ns)
{
	u64 end = platform_monotonic() + ns;

	while (platform_monotonic() < end)
		cpu_relax();
}
EXPORT_SYMBOL(__ndelay);

void __udelay(unsigned long us)
{
	__ndelay(us * NSEC_PER_USEC);
}
EXPORT_SYMBOL(__udelay);
