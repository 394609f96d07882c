// Time and waiting: sdk/include/linux/jiffies.h, delay.h, ktime.h.
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/ktime.h>

#include "api.h"

unsigned long __kmodern_jiffies(void)
{
	static u64 start;
	u64 now = platform_monotonic(), none = 0;

	/* The first to ask sets the start, once. */
	__atomic_compare_exchange_n(&start, &none, now, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	return (unsigned int)(-300 * HZ) + (now - min(now, READ_ONCE(start))) / (NSEC_PER_SEC / HZ);
}
EXPORT_SYMBOL(__kmodern_jiffies);

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
	msleep(ms);
	return 0;
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
